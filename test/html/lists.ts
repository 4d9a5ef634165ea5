/** The pages of rows: searching, cancelling, running again, the record. */
import { expect, test } from 'vitest';
import type { Past } from './past.ts';
import { ask, open, sendOnly } from './seed.ts';
import type { Site } from './site.ts';
import type { Visitor } from './visitor.ts';

/** Finding things. */
export function finding(past: () => Past, visitor: Visitor): void {
  test('last week’s command is found by its output, and is a link away', async () => {
    const page = await visitor.loggedIn();
    await page.fill('main [type=search]', 'in the OUTPUT');
    await page.keyboard.press('Enter');
    await page.locator('.hits mark', { hasText: 'in the output' }).first().waitFor();
    await page.locator('.hits a').first().click();
    await page.waitForURL(/#c2$/);
    expect(await page.textContent('#c2 .status')).toBe('exit 4');
  });

  test('jobs are filtered, and an address says how', async () => {
    const page = await visitor.loggedIn();
    await page.goto('/jobs');
    await page.fill('[name=exit_code]', '4');
    await page.fill('[name=session]', 'past');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL(/session=past&.*exit_code=4/);
    expect(await page.locator('.jobs tbody tr').count()).toBe(1);
    await page.locator('.jobs .cmd').click();
    await page.getByRole('heading', { name: 'Time line' }).waitFor();
    expect(await page.locator('.kind').allTextContents()).toEqual([
      'command.submitted',
      'command.started',
      'command.finished',
    ]);
  });

  test('the record of a session has its shield', async () => {
    const page = await visitor.loggedIn();
    await page.goto(`/audit?session=${past().session}`);
    await expect
      .poll(async () => {
        await page.reload();
        return page.textContent('.shield h2');
      })
      .toBe('Verified');
    await page.fill('[name=kind]', 'command.finished');
    await page.keyboard.press('Enter');
    await page.waitForURL(/kind=command.finished/);
    expect(new Set(await page.locator('.events .kind').allTextContents())).toEqual(new Set(['command.finished']));
  });
}

/** Asking for what there is not. */
export function missing(visitor: Visitor): void {
  test('of a session that there is not the record says only that', async () => {
    const page = await visitor.loggedIn();
    await page.goto('/audit?session=nope');
    await page.getByText('There is no such session').waitFor();
    expect(await page.locator('main').innerText()).not.toMatch(/checkpoint|Export/);
  });

  test('at an address that there is not a browser is shown a page, a program a problem', async () => {
    const page = await visitor.loggedIn();
    const response = await page.goto('/nope');
    expect(response?.status()).toBe(404);
    await page.getByText('There is nothing at this address').waitFor();
    await page.getByRole('link', { name: 'Go to the sessions' }).click();
    await page.getByRole('heading', { name: 'Sessions' }).waitFor();
    const types = (path: string, accept: string) =>
      page.evaluate(
        async (request) =>
          (await fetch(request.path, { headers: { accept: request.accept } })).headers.get('content-type'),
        { path, accept },
      );
    expect(await types('/nope', '*/*')).toBe('application/problem+json');
    expect(await types('/v1/nope', 'text/html')).toBe('application/problem+json');
    expect(visitor.faults().splice(0)).toEqual(Array.from({ length: 3 }, () => expect.stringContaining('404')));
  });

  test('a link to log in that never was is not said to have been used', async () => {
    const page = await visitor.open();
    await page.goto('/login/xyz');
    const text = await page.locator('main').innerText();
    expect(text).toContain('unknown, used or expired');
    expect(text).toContain('log in with a key');
    expect(visitor.faults().splice(0)).toEqual([expect.stringContaining('410')]);
  });
}

/** Doing something with many, and with one. */
export function changing(site: () => Site, visitor: Visitor): void {
  test('all that match are cancelled after a count and a question, and nothing else', async () => {
    const { id } = await open(site(), { name: 'busy' });
    for (const command of ['sleep 60', 'echo one', 'echo two', 'true']) await sendOnly(site(), id, command);
    const page = await visitor.loggedIn();
    await page.goto('/jobs?session=busy&q=echo');
    const matching = page.getByRole('link', { name: 'Cancel all matching…' });
    await matching.click();
    await page.getByRole('heading', { name: 'Cancel 2 commands?' }).waitFor();
    await page.getByRole('link', { name: 'Leave them' }).click();
    expect(await page.locator('.status.queued').count()).toBe(2);
    await matching.click();
    await page.getByRole('button', { name: 'Cancel 2 commands' }).click();
    await page.getByRole('heading', { name: '2 of 2 cancelled' }).waitFor();
    await page.locator('#confirm [data-close]:focus').waitFor();
    const { items } = await ask<{ items: { state: string }[] }>(site(), 'GET', '/v1/commands?session=busy');
    expect(items.map(({ state }) => state).sort()).toEqual(['cancelled', 'cancelled', 'queued', 'running']);
    await ask(site(), 'DELETE', `/v1/sessions/${id}`);
  });

  test('all that match run again in their order, once, and one does by its button', async () => {
    const { id } = await open(site(), { name: 'again' });
    for (const command of ['echo first', 'echo second']) await sendOnly(site(), id, command);
    const page = await visitor.loggedIn();
    await page.goto('/jobs?session=again');
    await page.locator('.status.good').nth(1).waitFor();
    await page.getByRole('link', { name: 'Run all again…' }).click();
    await page.getByRole('button', { name: 'Run again 2 commands' }).click();
    await page.getByRole('heading', { name: '2 of 2 sent again' }).waitFor();
    await page.getByRole('link', { name: 'Close' }).click();
    await page.locator('.status.good').nth(3).waitFor();
    const texts = await page.locator('.jobs code').allTextContents();
    expect(texts).toEqual(['echo second', 'echo first', 'echo second', 'echo first']);
    await page.getByRole('button', { name: 'Run again: command 1 of again' }).click();
    await page.waitForURL(/\/jobs\/[0-9a-f-]+$/);
    expect(await page.textContent('h1')).toContain('again #5');
  });
}
