import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { TestShell } from './support.ts';
import { openTestTerminal, rowsOf, screenOf, untilShown } from './terminalSupport.ts';

const program = readFileSync(new URL('../../fixtures/fullscreen.bash', import.meta.url), 'utf8');
const start = (shell: TestShell) => shell.exec('bash -c "$PROGRAM"', { environment: { PROGRAM: program } });

describe('a full-screen program', () => {
  test('is on the screen with its colours, its title, its own screen and no cursor', async () => {
    const shell = await openTestTerminal();
    await shell.exec('echo before');
    const ran = start(shell);
    const screen = await untilShown(shell, 'keys');
    expect(screen).toMatchObject({ cols: 80, rows: 24, title: 'fixture', alternate: true, cursor: { visible: false } });
    expect(screen.lines[1]?.runs).toEqual([
      { col: 0, text: 'red', fg: 1, bold: true },
      { col: 3, text: ' ' },
      { col: 4, text: 'blue', bg: 21 },
      { col: 8, text: ' ' },
      { col: 9, text: 'rgb', fg: '#010203', underline: true },
      { col: 12, text: ' ' },
      { col: 13, text: 'inverse', inverse: true },
      { col: 20, text: ' <&> ≤' },
    ]);
    await shell.terminal?.press(['q']);
    expect((await ran).exitCode).toBe(0);
    const after = await screenOf(shell);
    expect(rowsOf(after).slice(0, 3)).toEqual(['before', 'bye', '']);
    expect(after).toMatchObject({ alternate: false, cursor: { row: 2, col: 0, visible: true } });
  });

  test('is answered when it asks for the cursor and for the device', async () => {
    const shell = await openTestTerminal();
    const ran = start(shell);
    expect(rowsOf(await untilShown(shell, 'keys')).slice(2, 4)).toEqual(['cursor [7;9R', 'device [?1;2c']);
    await shell.terminal?.press(['q']);
    await ran;
  });

  test('gets keys one by one, arrows in the form that it asked for', async () => {
    const shell = await openTestTerminal();
    const ran = start(shell);
    await untilShown(shell, 'keys');
    await shell.terminal?.press(['Up', 'C-c', 'a', 'Enter', { text: 'Up' }]);
    await untilShown(shell, 'keys 1b 4f 41 03 61 0d 55 70');
    await shell.terminal?.press(['q']);
    expect((await ran).out).toContain('bye 1b 4f 41 03 61 0d 55 70\r\n');
  });

  test('is told of a new size', async () => {
    const shell = await openTestTerminal();
    const ran = start(shell);
    await untilShown(shell, 'size 24 80 resized 0');
    shell.terminal?.resize({ cols: 100, rows: 30 });
    const screen = await untilShown(shell, 'size 30 100 resized 1');
    expect([screen.cols, screen.rows, screen.lines.length]).toEqual([100, 30, 30]);
    await shell.terminal?.press(['q']);
    await ran;
    expect((await shell.exec('stty size; echo $COLUMNS')).out).toBe('30 100\r\n100\r\n');
  });
});

test('a change of the screen is told', async () => {
  let changes = 0;
  const shell = await openTestTerminal({ terminal: { cols: 20, rows: 5, onChange: () => void changes++ } });
  await shell.exec('echo x');
  await screenOf(shell);
  expect(changes).toBeGreaterThan(0);
});

describe('odd output', () => {
  test.each([
    ['wide characters', "printf '漢字x'", '漢字x'],
    ['a long line wraps', "printf 'abcdefghijklmnopqrstuvwxyz'", 'abcdefghijklmnopqrst\nuvwxyz'],
    ['more lines than rows', 'seq 9', '6\n7\n8\n9\n'],
    ['a sequence that never ends', "printf 'a\\e]0;title'", 'a'],
    ['bytes that are no text', "printf 'a\\xff\\x00b'", 'a\ufffdb'],
  ])('%s', async (_, text, expected) => {
    const shell = await openTestTerminal({ terminal: { cols: 20, rows: 5 } });
    await shell.exec(text);
    expect(
      rowsOf(await screenOf(shell))
        .join('\n')
        .trimEnd(),
    ).toBe(expected.trimEnd());
  });
});
