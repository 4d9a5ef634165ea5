import { describe, expect, test } from 'vitest';
import { withoutLooks } from '../../../worker/shell/screen.ts';
import { open, rows } from './shown.ts';

describe('what a program asks is answered', () => {
  test.each([
    ['the cursor', 'ab\x1b[6n', '\x1b[1;3R'],
    ['the cursor, as DEC has it', '\x1b[3;4H\x1b[?6n', '\x1b[?3;4R'],
    ['whether it is well', '\x1b[5n', '\x1b[0n'],
    ['what it is', '\x1b[c', '\x1b[?1;2c'],
    ['what it is, further', '\x1b[>c', '\x1b[>0;276;0c'],
    ['a mode', '\x1b[?2004h\x1b[?2004$p', '\x1b[?2004;1$y'],
    ['a setting', '\x1bP$qm\x1b\\', '\x1bP1$r0m\x1b\\'],
  ])('%s', async (_, question, answer) => {
    const { write, answers } = open();
    await write(question);
    expect(answers()).toBe(answer);
  });

  test('but not its title, which would be typed', async () => {
    const { write, answers } = open();
    await write('\x1b]0;rm -rf .\r\x07\x1b[21t');
    expect(answers()).toBe('');
  });
});

describe('the screen', () => {
  test('has characters that were cut between two reads', async () => {
    const { write } = open();
    const bytes = Buffer.from('a≤👍b');
    let screen = await write('');
    for (const byte of bytes) screen = await write(Buffer.of(byte));
    expect(rows(screen)[0]).toBe('a≤👍b');
  });

  test('has each run at its column, behind wide characters, too', async () => {
    const { write } = open();
    const { lines } = await write('漢\x1b[1m字\x1b[m x');
    expect(lines[0]?.runs).toEqual([
      { col: 0, text: '漢' },
      { col: 2, text: '字', bold: true },
      { col: 4, text: ' x' },
    ]);
  });

  test('keeps colours behind text, and no blanks without', async () => {
    const { write } = open();
    const { lines } = await write('a   \r\n  \x1b[41m  \x1b[m  ');
    expect(lines.slice(0, 3).map(({ runs }) => runs)).toEqual([
      [{ col: 0, text: 'a' }],
      [
        { col: 0, text: '  ' },
        { col: 2, text: '  ', bg: 1 },
      ],
      [],
    ]);
  });

  test('can be had without its looks', async () => {
    const { write } = open();
    const screen = withoutLooks(await write('\x1b[1ma\x1b[0mb\x1b[41m \r\n'));
    expect(screen).toMatchObject({ simplified: true, cursor: { row: 1, col: 0 } });
    expect(screen.lines.slice(0, 2).map(({ runs }) => runs)).toEqual([[{ col: 0, text: 'ab' }], []]);
  });

  test('is there after the end, as it was', async () => {
    const { emulator, write } = open();
    await write('last');
    emulator.close();
    expect(rows(await emulator.screen())[0]).toBe('last');
  });

  test('has a title for a glance, whole characters of it', async () => {
    const { write } = open();
    expect((await write(`\x1b]2;${'x'.repeat(255)}👍\x07`)).title).toBe(`${'x'.repeat(255)}\ufffd`);
  });
});
