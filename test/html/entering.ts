/** Getting in, and typing. */
import { expect, test } from 'vitest';
import type { Site } from './site.ts';
import { ended, run } from './terminal.ts';
import type { Visitor } from './visitor.ts';

/** Logging in by hand. */
export function entering(site: () => Site, visitor: Visitor): void {
  test('by a key, and out again', async () => {
    const page = await visitor.open();
    await page.goto(site().url);
    await page.getByLabel('Key').fill(site().key);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sessions' }).waitFor();
    expect(await page.evaluate(() => document.cookie)).toBe('');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Log in to limpet' }).waitFor();
  });

  test('by the link, from nothing to a command by the keyboard alone', async () => {
    const page = await visitor.open();
    const link = await site().loginLink();
    await page.goto(link);
    // A page takes the focus where it wants it once it is drawn.
    await page.locator('button:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('#command:focus').waitFor();
    await page.keyboard.type('echo hi');
    await page.keyboard.press('Enter');
    expect((await ended(page, 1)).stdout).toBe('hi\n');
  });
}

/** The command line. */
export function typing(visitor: Visitor): void {
  test('Up and Down go through the history and back to the draft', async () => {
    const page = await visitor.terminal();
    await run(page, 'echo one');
    await run(page, 'echo two\necho three');
    await page.keyboard.type('draft');
    const press = async (key: string) => {
      await page.press('#command', key);
      return page.inputValue('#command');
    };
    expect(await press('ArrowUp')).toBe('echo two\necho three');
    await press('ArrowUp');
    expect(await press('ArrowUp')).toBe('echo one');
    expect(await press('ArrowDown')).toBe('echo two\necho three');
    expect(await press('ArrowDown')).toBe('draft');
  });

  test('Shift+Enter makes a line', async () => {
    const page = await visitor.terminal();
    await page.keyboard.type('echo a');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('echo b');
    await page.keyboard.press('Enter');
    expect((await ended(page, 1)).stdout).toBe('a\nb\n');
  });

  test('what is typed while a command is on its way stays, and is the next one', async () => {
    const page = await visitor.terminal();
    const typed = Promise.withResolvers<void>();
    await page.route('**/commands', async (route) => {
      await typed.promise;
      await route.continue();
    });
    await page.keyboard.type('echo a');
    const sent = page.waitForRequest('**/commands');
    await page.keyboard.press('Enter');
    await sent;
    await page.keyboard.type('echo b');
    typed.resolve();
    expect((await ended(page, 1)).stdout).toBe('a\n');
    await expect.poll(() => page.inputValue('#command')).toBe('echo b');
    await page.keyboard.press('Enter');
    expect((await ended(page, 2)).stdout).toBe('b\n');
  });

  test('what is refused says why, and what was typed stays', async () => {
    const page = await visitor.terminal();
    await page.evaluate(() => document.getElementById('command')?.removeAttribute('required'));
    await page.fill('#command', '  ');
    await page.press('#command', 'Enter');
    expect(await page.locator('#notice p').textContent()).toContain('There is no command to run.');
    expect(await page.inputValue('#command')).toBe('  ');
    expect(visitor.faults().splice(0)).toEqual([expect.stringContaining('422')]);
  });
}

/** A browser that runs no scripts. */
export function withoutScripts(visitor: Visitor): void {
  test('the page reads, and a command can be run', async () => {
    const page = await visitor.open({ javaScriptEnabled: false });
    await visitor.enter(page);
    await page.fill('#command', 'echo plain');
    await page.getByRole('button', { name: 'Run' }).click();
    const status = async () => {
      await page.reload();
      return page.textContent('#c1 .status');
    };
    await expect.poll(status).toBe('exit 0');
    expect(await page.textContent('#c1 pre.o')).toBe('plain\n');
  });
}
