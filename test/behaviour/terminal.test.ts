/** Input: a terminal. Full-screen programs are seen, typed into, resized and left; a fixture of our own, and what the machine has. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { call } from '../functions/api/client.ts';
import { TerminalShell } from './screen.ts';
import { until, useStack } from './stack.ts';

const stack = useStack();
const open = (options: object = {}) => TerminalShell.open(stack().api, options);
const PROGRAM = readFileSync(new URL('../fixtures/fullscreen.bash', import.meta.url), 'utf8');
/** Where a shell's PATH looks. */
const has = (program: string) =>
  ['/usr/local/bin', '/usr/bin', '/bin'].some((path) => existsSync(`${path}/${program}`));

describe('a full-screen program of our own', () => {
  const start = (shell: TerminalShell) => shell.start('bash -c "$PROGRAM"', { env: { PROGRAM } });

  test.concurrent('is seen, with its colours, its title and no cursor, and gone when it quits', async () => {
    const shell = await open();
    await shell.run('echo before');
    const program = await start(shell);
    const screen = await shell.shows('keys');
    expect(screen).toMatchObject({ title: 'fixture', alternate: true, cursor: { visible: false }, cols: 80, rows: 24 });
    expect(screen.lines[1]?.runs.slice(0, 5)).toEqual([
      { col: 0, text: 'red', fg: 1, bold: true },
      { col: 3, text: ' ' },
      { col: 4, text: 'blue', bg: 21 },
      { col: 8, text: ' ' },
      { col: 9, text: 'rgb', fg: '#010203', underline: true },
    ]);
    const html = await call(stack().api, 'GET', `/v1/sessions/${shell.id}/screen?format=html`);
    const text = new TextDecoder().decode(html.bytes);
    expect(text).toContain('<span class="sb f1">red</span> <span class="w b21">blue</span>');
    expect(text).toContain('&lt;&amp;&gt; ≤');
    await shell.press('q');
    expect(await program.ended()).toMatchObject({ state: 'exited', exit_code: 0 });
    const after = await shell.screen();
    expect(after).toMatchObject({ text: 'before\nbye\n', alternate: false, cursor: { row: 2, col: 0, visible: true } });
  });

  test.concurrent('asks its terminal for the cursor and for what it is, and is answered', async () => {
    const shell = await open();
    const program = await start(shell);
    expect((await shell.shows('keys')).text).toContain('cursor [7;9R\ndevice [?1;2c\n');
    await shell.press('q');
    await program.ended();
  });

  test.concurrent('gets each key, and text as it is', async () => {
    const shell = await open();
    const program = await start(shell);
    await shell.shows('keys');
    await shell.press('Up', 'C-c', 'Enter', { text: 'Up' }, 'F5', '≤');
    await shell.shows('keys 1b 4f 41 03 0d 55 70 1b 5b 31 35 7e e2 89 a4');
    await shell.press('q');
    expect((await program.ended()).stdout).toContain('bye 1b 4f 41 03 0d 55 70 1b 5b 31 35 7e e2 89 a4');
  });

  test.concurrent('learns of a new size, and so does every command after it', async () => {
    const shell = await open();
    const program = await start(shell);
    await shell.shows('size 24 80 resized 0');
    await shell.resize(100, 30);
    expect(await shell.shows('size 30 100 resized 1')).toMatchObject({ cols: 100, rows: 30 });
    await shell.press('q');
    await program.ended();
    expect(await shell.run('stty size; echo $COLUMNS $LINES')).toMatchObject({ stdout: '30 100\r\n100 30\r\n' });
  });
});

/** A test of a program; its name says so where there is none. */
function driven(program: string, name: string, drive: () => Promise<void>): void {
  if (has(program)) test.concurrent(name, drive);
  else test.skip(`${name} (this machine has no ${program})`, drive);
}

describe('programs of the machine', () => {
  driven('vim', 'vim writes a file', async () => {
    const shell = await open();
    const vim = await shell.start('vim -u NONE -i NONE -n file');
    await shell.shows(/"file" \[New/);
    await shell.press('i', 'first', 'Enter', 'second', 'Escape');
    await shell.shows(/^first\nsecond\n~/);
    await shell.resize(60, 12);
    expect((await shell.shows(/^first\nsecond\n(?:~\n){9}(?!~)/)).rows).toBe(12);
    await shell.press(':wq', 'Enter');
    expect(await vim.ended()).toMatchObject({ exit_code: 0 });
    expect(await shell.run('cat file')).toMatchObject({ stdout: 'first\r\nsecond\r\n' });
  });

  driven('less', 'less is paged, searched and left', async () => {
    const shell = await open({ rows: 10 });
    const less = await shell.start('seq 1000 | LESS= less');
    expect((await shell.shows(/^9\n:$/m)).text).toBe('1\n2\n3\n4\n5\n6\n7\n8\n9\n:\n');
    await shell.press('Space');
    await shell.shows(/^10\n/);
    await shell.press('/500', 'Enter');
    await shell.shows(/^500\n/);
    await shell.press('Home');
    await shell.shows(/^1\n/);
    await shell.press('G');
    await shell.shows('1000\n(END)');
    await shell.press('q');
    expect(await less.ended()).toMatchObject({ exit_code: 0 });
  });

  driven('top', 'top refreshes until it is left', async () => {
    const shell = await open();
    const top = await shell.start('top -d 0.2');
    const first = (await shell.shows('load average')).updated_at;
    await until(async () => (await shell.screen()).updated_at !== first);
    await shell.press('q');
    expect(await top.ended()).toMatchObject({ exit_code: 0 });
  });

  driven('python3', 'python answers at its prompt, interrupt included, and ends with Ctrl-D', async () => {
    const shell = await open({ env: { PYTHON_HISTORY: '/dev/null' } });
    const python = await shell.start('python3 -q');
    await shell.shows('>>>');
    await shell.press('6 * 7', 'Enter');
    await shell.shows('42');
    await shell.press('while True: pass', 'Enter', 'Enter');
    await shell.press('C-c');
    await shell.shows('KeyboardInterrupt');
    await shell.press('6 * 9', 'Enter');
    await shell.shows('54');
    await shell.press('C-d');
    // Python 3 tells by its exit code that it was ever interrupted.
    expect(await python.ended()).toMatchObject({ state: 'exited' });
  });

  test.concurrent('a password that is asked for is not shown', async () => {
    const shell = await open();
    const asking = await shell.start(`bash -c 'read -rsp "password: " p; echo; echo \${#p} characters'`);
    await shell.shows('password:');
    await shell.press('secret', 'Enter');
    expect((await asking.ended()).stdout).toBe('password: \r\n6 characters\r\n');
    expect((await shell.screen()).text).not.toContain('secret');
  });
});
