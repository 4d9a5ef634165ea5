/** Running commands on the page: what arrives, when, and as what. */
import { expect, test } from 'vitest';
import { ask } from './seed.ts';
import type { Site } from './site.ts';
import { ended, run, send } from './terminal.ts';
import type { Visitor } from './visitor.ts';

/** Commands and their output. */
export function running(site: () => Site, visitor: Visitor): void {
  test('what a command did to the shell is there for the next one', async () => {
    const page = await visitor.terminal();
    expect(await run(page, 'cd /usr/share; export A=1; f() { echo "$1$A"; }')).toEqual({
      status: 'exit 0',
      stdout: '',
      stderr: '',
    });
    expect(await run(page, 'pwd; f x')).toEqual({ status: 'exit 0', stdout: '/usr/share\nx1\n', stderr: '' });
    expect(await page.textContent('#c2 .cwd')).toBe('/usr/share');
    expect(await page.textContent('#prompt .cwd')).toBe('/usr/share');
    expect(await run(page, 'echo no >&2; (exit 3)')).toEqual({ status: 'exit 3', stdout: '', stderr: 'no\n' });
    expect(await page.getByRole('status').textContent()).toBe('Command 3: exit 3.');
  });

  test('output arrives while it runs', async () => {
    const page = await visitor.terminal();
    const seq = await send(page, 'echo a; sleep 1; echo b');
    await page.locator(`#c${seq} pre.o`, { hasText: 'a' }).waitFor();
    expect(await page.textContent(`#c${seq}-out`)).not.toContain('b');
    expect(await page.textContent(`#c${seq} .status`)).toBe('running');
    expect((await ended(page, seq)).stdout).toBe('a\nb\n');
  });

  test('stderr stands where it came, and says what it is', async () => {
    const page = await visitor.terminal();
    const seq = await send(page, 'for i in 1 2; do echo out $i; sleep 0.4; echo err $i >&2; sleep 0.4; done');
    await ended(page, seq);
    const lines = (await page.textContent(`#c${seq}-out`))?.trim().split('\n');
    expect(lines).toEqual(['out 1', 'err 1', 'out 2', 'err 2']);
    const label = await page
      .locator(`#c${seq} pre.e`)
      .first()
      .evaluate((element) => getComputedStyle(element, '::before').content);
    expect(label).toBe('"stderr"');
  });

  test('a progress bar is one line', async () => {
    const page = await visitor.terminal();
    expect(
      (await run(page, `for i in 1 2 3 4 5; do printf '\\rat %d%%' $((i * 20)); sleep 0.15; done; echo`)).stdout,
    ).toBe('at 100%\n');
  });

  test('a character that comes in two pieces is one character', async () => {
    const page = await visitor.terminal();
    expect((await run(page, `printf 'caf\\xc3'; sleep 0.5; printf '\\xa9\\n'`)).stdout).toBe('café\n');
  });

  test('Ctrl-C interrupts, what waited behind it runs, and what was cancelled never does', async () => {
    const page = await visitor.terminal();
    const [long, kept, cancelled] = [
      await send(page, 'sleep 60'),
      await send(page, 'echo kept'),
      await send(page, 'echo cancelled'),
    ];
    await page.locator(`#c${cancelled} .acts button`, { hasText: 'Cancel' }).click();
    expect((await ended(page, cancelled)).status).toBe('cancelled');
    await page.locator(`#c${long} .status.running`).waitFor();
    // Its time is counted on, though it writes nothing.
    await page.locator(`#c${long} .took`, { hasText: /^([2-9]|\d\d) s/ }).waitFor();
    await page.press('#command', 'Control+c');
    expect((await ended(page, long)).status).toBe('exit 130');
    expect(await ended(page, kept)).toEqual({ status: 'exit 0', stdout: 'kept\n', stderr: '' });
    expect(await page.locator('#log .acts button').count()).toBe(0);
  });

  test('Interrupt in a block is for its command, and for none that runs by now', async () => {
    const page = await visitor.terminal();
    const [first, second] = [await send(page, 'sleep 60'), await send(page, 'sleep 61')];
    await page.locator(`#c${first} .status.running`).waitFor();
    await page.click('#pause');
    const id = new URL(page.url()).pathname.slice(3);
    await ask(site(), 'POST', `/v1/sessions/${id}/interrupt`);
    const states = async () => {
      const { items } = await ask<{ items: { state: string }[] }>(site(), 'GET', `/v1/sessions/${id}/commands`);
      return items.map(({ state }) => state);
    };
    await expect.poll(states).toEqual(['exited', 'running']);
    await page.locator(`#c${first}`).getByRole('button', { name: 'Interrupt' }).click();
    await page.locator('#notice', { hasText: 'This command has ended' }).waitFor();
    expect(await states()).toEqual(['exited', 'running']);
    await page.click('#pause');
    await page.locator(`#c${second}`).getByRole('button', { name: 'Interrupt' }).click();
    expect((await ended(page, second)).status).toBe('exit 130');
    expect(visitor.faults().splice(0)).toEqual([expect.stringContaining('409')]);
  });

  test('the last 2,000 lines are shown, and where the rest is', async () => {
    const page = await visitor.terminal();
    const { stdout } = await run(page, 'seq 1 100000');
    expect(stdout.trim().split('\n')).toHaveLength(1_999);
    expect(stdout.endsWith('\n100000\n')).toBe(true);
    const all = page.getByRole('link', { name: /^stdout/ });
    const text = await page.evaluate(
      async (address) => (await fetch(address)).text(),
      (await all.getAttribute('href')) ?? '',
    );
    expect(text.split('\n')).toHaveLength(100_001);
  });

  test('output without an end keeps the page small', async () => {
    const page = await visitor.terminal();
    const seq = await send(page, 'yes "a line of some length that goes on and on"');
    await page.waitForTimeout(2_500);
    expect(await page.evaluate(() => document.body.innerHTML.length)).toBeLessThan(3_000_000);
    await page.press('#command', 'Control+c');
    expect((await ended(page, seq)).status).toBe('exit 130');
  });
}

/** Output that would be more than text. */
export function hostile(visitor: Visitor): void {
  test('is text', async () => {
    const page = await visitor.terminal();
    const evil = `<script>alert(1)</script><img src=x onerror=alert(2)><hx-partial hx-target="body">x</hx-partial>`;
    const { stdout } = await run(
      page,
      `printf '%s\\e]8;;javascript:alert(3)\\alink\\e]8;;\\a\\e[2J\\e]0;title\\a\\n' '${evil}'`,
    );
    expect(stdout).toBe(`${evil}link\n`);
    expect(await page.locator('#log script, #log img, #log a[href^=javascript], #log [onerror]').count()).toBe(0);
    expect(await page.title()).not.toContain('title');
    await page.reload();
    expect((await ended(page, 1)).stdout).toBe(`${evil}link\n`);
  });
}
