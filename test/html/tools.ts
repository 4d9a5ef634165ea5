/** What can be done in a session besides running commands. */
import { expect, test } from 'vitest';
import { ended, run, send } from './terminal.ts';
import type { Visitor } from './visitor.ts';

/** With a block. */
export function blockTools(visitor: Visitor): void {
  test('a command is run again, copied, and forked from', async () => {
    const page = await visitor.terminal({ permissions: ['clipboard-read', 'clipboard-write'] });
    await run(page, 'cd /usr; A=1');
    await run(page, 'echo "$A in $PWD"');
    await page.locator('#c2').hover();
    await page.locator('#c2').getByRole('button', { name: 'Run again' }).click();
    expect((await ended(page, 3)).stdout).toBe('1 in /usr\n');
    const copied = async (name: string) => {
      await page.locator('#c2').getByRole('button', { name }).click();
      await page.locator('#said', { hasText: 'Copied' }).waitFor({ state: 'attached' });
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect(await copied('Copy the output')).toBe('1 in /usr\n');
    await expect.poll(() => copied('Copy the command')).toBe('echo "$A in $PWD"');
    const before = page.url();
    await page.locator('#c1').getByRole('button', { name: 'Fork from here' }).click();
    await page.waitForURL((url) => url.href !== before);
    expect((await run(page, 'echo "$A in $PWD"')).stdout).toBe('1 in /usr\n');
    await page.locator('.origin', { hasText: 'fork of' }).waitFor();
  });

  test('all of a long output is copied, and what cannot be is said', async () => {
    const page = await visitor.terminal({ permissions: ['clipboard-read', 'clipboard-write'] });
    await run(page, 'seq 300000; printf "\\e[31mred\\e[0m\\n" >&2');
    const copy = () => page.locator('#c1').getByRole('button', { name: 'Copy the output' }).click();
    const copied = async () => (await page.evaluate(() => navigator.clipboard.readText())).split('\n');
    await copy();
    await page.locator('#said', { hasText: /^Copied$/ }).waitFor({ state: 'attached' });
    expect(await copied()).toEqual([...Array.from({ length: 300_000 }, (_, n) => String(n + 1)), 'red', '']);
    await page.route('**/output/*', (route) => route.fulfill({ status: 413 }));
    await copy();
    await page.locator('#notice', { hasText: 'Only the lines that are shown were copied' }).waitFor();
    expect((await copied()).length).toBeLessThan(3_000);
    expect(visitor.faults().splice(0)).toEqual([expect.stringContaining('413')]);
  });

  test('input is sent to a command that takes some, until it ends', async () => {
    const page = await visitor.terminal();
    await page.getByLabel('takes input').check();
    const seq = await send(page, 'while read -r x; do echo "got $x"; done');
    const field = page.locator(`#c${seq}-in input`);
    await field.fill('a line');
    await field.press('Enter');
    await page.locator(`#c${seq} pre.o`, { hasText: 'got a line' }).waitFor();
    await expect.poll(() => field.inputValue()).toBe('');
    await page.getByRole('button', { name: 'End input' }).click();
    expect((await ended(page, seq)).status).toBe('exit 0');
    expect(await page.locator('.stdin').count()).toBe(0);
  });

  test('earlier lines of long output are a button away', async () => {
    const page = await visitor.terminal();
    await run(page, 'seq 1 5000');
    // What was followed as it came may be shown whole.
    await page.reload();
    const lines = async () => (await page.locator('#c1 pre.o').allTextContents()).join('').trim().split(/\s+/);
    const first = Number((await lines())[0]);
    const button = page.getByRole('button', { name: 'Load earlier lines of stdout' });
    await button.scrollIntoViewIfNeeded();
    const read = page.locator('#c1 pre.o').last();
    const top = (await read.boundingBox())?.y;
    expect(top).toBeGreaterThan(0);
    await button.click();
    await expect.poll(async () => Number((await lines())[0])).toBeLessThan(first);
    // Once more is drawn the window is where it stays.
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    expect((await read.boundingBox())?.y).toBeCloseTo(top ?? 0, 0);
    expect(await page.locator('#pill').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Load earlier lines of stdout' }).click();
    await expect.poll(async () => (await lines())[0]).toBe('1');
    expect(await lines()).toEqual(Array.from({ length: 5000 }, (_, n) => String(n + 1)));
  });
}

/** With the history, and how the page looks. */
export function history(visitor: Visitor): void {
  test('Ctrl-R finds an earlier command, Tab completes one', async () => {
    const page = await visitor.terminal();
    for (const command of ['echo alpha', 'echo beta', 'printf gamma']) await run(page, command);
    await page.press('#command', 'Control+r');
    await page.locator('#history input:focus').waitFor();
    await page.keyboard.type('echo');
    await page.locator('#history-list li').nth(1).waitFor();
    await expect.poll(() => page.locator('#history-list pre').allTextContents()).toEqual(['echo beta', 'echo alpha']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.inputValue('#command')).toBe('echo alpha');
    await page.fill('#command', 'pri');
    await page.locator('#suggestion', { hasText: 'printf gamma' }).waitFor();
    await page.press('#command', 'Tab');
    expect(await page.inputValue('#command')).toBe('printf gamma');
  });

  test('j and k go from command to command, i back to the line, f to the end', async () => {
    const page = await visitor.terminal({ viewport: { width: 900, height: 400 } });
    for (const command of ['seq 30', 'seq 31']) await run(page, command);
    await page.press('#command', 'Escape');
    for (const [key, id] of [
      ['k', 'c2'],
      ['k', 'c1'],
      ['j', 'c2'],
    ]) {
      await page.keyboard.press(key ?? '');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe(id);
    }
    await page.evaluate(() => scrollTo(0, 0));
    await page.keyboard.press('f');
    await expect
      .poll(() => page.evaluate(() => innerHeight + scrollY >= document.documentElement.scrollHeight - 2))
      .toBe(true);
    await page.keyboard.press('i');
    await page.locator('#command:focus').waitFor();
  });

  test('lines are wrapped or not, and times are shown, as one chooses', async () => {
    const page = await visitor.terminal();
    await run(page, `echo ${'long '.repeat(200)}`);
    const isWide = () => page.evaluate(() => (document.querySelector('.out')?.scrollWidth ?? 0) > innerWidth);
    expect(await isWide()).toBe(false);
    await page.click('#view-menu summary');
    await page.getByLabel('Wrap long lines').uncheck();
    await page.getByLabel('Show times').check();
    expect([await isWide(), await page.locator('#c1 .at').isVisible()]).toEqual([true, true]);
    await page.reload();
    expect([await isWide(), await page.locator('#c1 .at').isVisible()]).toEqual([true, true]);
  });
}
