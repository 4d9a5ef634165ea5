/** The page as time goes on: scrolling, hiding, losing the connection, several viewers. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Site } from './site.ts';
import { ended, run, send } from './terminal.ts';
import type { Visitor } from './visitor.ts';

/** Runs a command in the page's session, and not by the page. */
async function elsewhere({ url, adminKey }: Site, page: Page, command: string): Promise<void> {
  const session = new URL(page.url()).pathname.slice(3);
  const headers = { 'X-Shell-Key': adminKey, 'Content-Type': 'text/plain', Prefer: 'wait=5' };
  await fetch(`${url}/v1/sessions/${session}/commands`, { method: 'POST', headers, body: command });
}

/** One window. */
export function watching(site: () => Site, visitor: Visitor): void {
  test('stays where one reads, and a button tells of what came', async () => {
    const page = await visitor.terminal({ viewport: { width: 900, height: 500 } });
    await run(page, 'seq 1 200');
    expect(await page.evaluate(() => innerHeight + scrollY >= document.documentElement.scrollHeight - 2)).toBe(true);
    await page.evaluate(() => scrollTo(0, 300));
    await elsewhere(site(), page, 'seq 1 30');
    await page.locator('#pill', { hasText: /new lines/ }).waitFor();
    expect(await page.evaluate(() => scrollY)).toBe(300);
    await page.click('#pill');
    await page.locator('#pill').waitFor({ state: 'hidden' });
    expect(await page.evaluate(() => innerHeight + scrollY >= document.documentElement.scrollHeight - 2)).toBe(true);
  });

  test('a hidden tab asks nothing, and shows all at once when it is looked at', async () => {
    const page = await visitor.terminal();
    await run(page, 'true');
    const setHidden = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await setHidden(true);
    await page.waitForTimeout(300);
    let requests = 0;
    page.on('request', () => {
      requests += 1;
    });
    await page.waitForTimeout(2_000);
    expect(requests).toBe(0);
    await elsewhere(site(), page, 'echo from elsewhere');
    await setHidden(false);
    expect((await ended(page, 2)).stdout).toBe('from elsewhere\n');
  });

  test('a lost connection says so, and what came meanwhile is shown when it is back', async () => {
    const page = await visitor.terminal();
    const seq = await send(page, 'echo before; sleep 1; echo after');
    await page.context().setOffline(true);
    await page.getByRole('alert').filter({ hasText: 'connection is lost' }).waitFor();
    await page.context().setOffline(false);
    expect((await ended(page, seq)).stdout).toBe('before\nafter\n');
    await page.locator('#offline').waitFor({ state: 'hidden' });
    expect(visitor.faults().splice(0).join()).toMatch(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  });
}

/** Two viewers of one session. */
export function sharing(site: () => Site, visitor: Visitor): void {
  test('see the same, and the end of the session', async () => {
    const [first, second] = [await visitor.terminal(), await visitor.open()];
    await second.goto(await site().loginLink());
    await second.goto(first.url());
    const seq = await send(first, 'echo shared');
    expect((await ended(second, seq)).stdout).toBe('shared\n');
    second.removeAllListeners('dialog').on('dialog', (dialog) => void dialog.accept());
    await second.getByRole('button', { name: 'Close' }).click();
    await first.getByText('This session is closed.').waitFor();
    expect(await first.locator('.tail').count()).toBe(0);
    expect(await first.getByRole('button', { name: 'Close' }).count()).toBe(0);
    expect((await ended(first, seq)).stdout).toBe('shared\n');
  });
}

/** Many commands, and windows of any width. */
export function looking(site: () => Site, visitor: Visitor): void {
  test('show the last fifty; the earlier ones are a link away, and a permalink finds its own', async () => {
    const page = await visitor.terminal();
    await run(page, 'cd /usr');
    const session = new URL(page.url()).pathname.slice(3);
    const headers = { 'X-Shell-Key': site().adminKey, 'Content-Type': 'text/plain' };
    for (let n = 2; n <= 60; n += 1)
      await fetch(`${site().url}/v1/sessions/${session}/commands`, { method: 'POST', headers, body: `echo ${n}` });
    await ended(page, 60);
    await page.reload();
    expect(await page.locator('.block').count()).toBe(50);
    expect(await page.textContent('#c11 .cwd')).toBe('/usr');
    await page.goto(`${page.url()}#c5`);
    await page.reload();
    await page.locator('#c5:target').waitFor();
    expect(await page.locator('#c6').count()).toBe(0);
    await page.getByRole('link', { name: 'To the newest commands' }).click();
    await page.locator('#c60').waitFor();
  });

  test.each([
    [360, 640],
    [768, 900],
    [1600, 900],
  ])('nothing overflows at %i pixels', async (width, height) => {
    const page = await visitor.terminal({ viewport: { width, height } });
    await run(
      page,
      `mkdir -p /tmp/limpet-${'long'.repeat(20)} && cd /tmp/limpet-${'long'.repeat(20)}; echo ${'w'.repeat(500)}; echo ${'e'.repeat(300)} >&2; rmdir "$PWD"; cd /`,
    );
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    await page.goto(site().url);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });
}
