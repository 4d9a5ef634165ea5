/** Where the focus is once what had it has gone. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ask } from './seed.ts';
import type { Site } from './site.ts';
import { ended, run, send } from './terminal.ts';
import type { Visitor } from './visitor.ts';

const focusedId = (page: Page) => page.evaluate(() => document.activeElement?.id);

/** Presses a button by the keyboard. */
async function press(page: Page, name: string | RegExp): Promise<void> {
  const button = page.locator('main').getByRole('button', { name }).last();
  await button.focus();
  await page.keyboard.press('Enter');
}

/** In a session. */
export function focusing(site: () => Site, visitor: Visitor): void {
  test('after Interrupt, Cancel and End input it is on the command', async () => {
    const page = await visitor.terminal();
    await send(page, 'sleep 60');
    await page.locator('#c1 .status.running').waitFor();
    await send(page, 'echo never');
    await press(page, 'Cancel');
    await ended(page, 2);
    await expect.poll(() => focusedId(page)).toBe('c2');
    await page.locator('#c1').getByRole('button', { name: 'Interrupt' }).focus();
    await page.keyboard.press('Enter');
    await ended(page, 1);
    await expect.poll(() => focusedId(page)).toBe('c1');
    await page.getByLabel('takes input').check();
    await send(page, 'cat');
    await page.locator('#c3-in').waitFor();
    await press(page, 'End input');
    await ended(page, 3);
    await expect.poll(() => focusedId(page)).toBe('c3');
  });

  test('after the pill it is on the last command, after earlier lines on what loads more', async () => {
    const page = await visitor.terminal({ viewport: { width: 900, height: 500 } });
    await run(page, 'seq 5000');
    // What was followed as it came may be shown whole.
    await page.reload();
    await press(page, 'Load earlier lines of stdout');
    await expect.poll(() => page.locator('#c1 pre.o').count()).toBe(2);
    const focused = page.locator('.earlier button:focus');
    await focused.waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => focusedId(page)).toBe('c1');
    await page.evaluate(() => scrollTo(0, 300));
    const id = new URL(page.url()).pathname.slice(3);
    await ask(site(), 'POST', `/v1/sessions/${id}/commands`, { command: 'seq 30' });
    await page.locator('#pill', { hasText: /new lines/ }).waitFor();
    await press(page, /new lines/);
    await page.locator('#pill').waitFor({ state: 'hidden' });
    expect(await focusedId(page)).toBe('c2');
  });

  test('where the session is closed elsewhere while one types, it is on what was written', async () => {
    const page = await visitor.terminal();
    await page.keyboard.type('a long draft');
    await ask(site(), 'DELETE', `/v1/sessions/${new URL(page.url()).pathname.slice(3)}`);
    await page.getByText('This session is closed.').waitFor();
    const left = page.getByLabel('What you wrote last');
    expect(await left.inputValue()).toBe('a long draft');
    expect(await left.evaluate((element) => element === document.activeElement)).toBe(true);
  });
}
