/** What a terminal shows where somebody wants to hold it up. */
import xterm from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ScreenFilter } from '../../../worker/shell/screenFilter.ts';
import { open, rows, size } from './shown.ts';

const KiB = 1024;

/** Where the emulator is not guarded, each of these takes from half a minute to for ever, or memory without end. */
describe('hostile output does not hold it up', () => {
  const many = (text: string, bytes: number) => text.repeat(Math.ceil(bytes / text.length));
  test.each([
    ['scrolling by millions', many('\x1b[2000000000S', KiB)],
    ['inserting and deleting millions of lines', many('\x1b[2000000000L\x1b[2000000000M\x1b[2000000000T', KiB)],
    ['repeating a character by millions', many('x\x1b[2000000000b', KiB)],
    ['tabs by millions', many('\x1b[2000000000I\x1b[2000000000Z', KiB)],
    ['a number of a megabyte', `\x1b[${many('9', KiB * KiB)}S`],
    ['a title without end', `\x1b]0;${many('x', KiB * KiB)}`],
    ['a question without end', `\x1bP$q${many('x', KiB * KiB)}`],
    ['a title pushed again and again', many(`\x1b]0;${'x'.repeat(KiB)}\x07\x1b[22t`, KiB * KiB)],
    ['parameters without end', `\x1b[${many('1;', KiB * KiB)}m`],
  ])('%s', async (_, text) => {
    const { emulator, write } = open();
    await emulator.write(Buffer.from(text));
    expect(rows(await write('\x1b\\\x1bcafter')).at(0)).toBe('after');
  });

  test('a character has no more marks than a script writes', async () => {
    const { write } = open();
    const screen = await write(`a${many('\u0301', KiB * KiB)}b`);
    expect(rows(screen)[0]).toBe(`a${'\u0301'.repeat(8)}b`);
  });

  test('links are not shown, and none is kept', async () => {
    const { write } = open();
    const link = (at: number) => `\x1b[H\x1b]8;;http://example.org/${at}\x07link\x1b]8;;\x07`;
    const screen = await write(Array.from({ length: 10_000 }, (_, at) => link(at)).join(''));
    expect(screen.lines[0]?.runs).toEqual([{ col: 0, text: 'link' }]);
  });

  test('others have their turn meanwhile', async () => {
    const { emulator } = open({ cols: 80, rows: 1000 });
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    onTestFinished(() => clearInterval(timer));
    await emulator.write(Buffer.from(many('\x1b[2000S', KiB / 2)));
    await emulator.screen();
    expect(turns).toBeGreaterThan(3);
  });
});

/** Of a hundred screens that are written on like this, in several xterm.js throws, and goes on throwing. */
test('whatever is written, at whatever size, there is a screen of that size, and the next text is on it', async () => {
  const number = fc.constantFrom('', '0', '1', '2', '5', '8', '22', '38', '47', '58', '999', '1047', '1049', '99999');
  const final = fc.constantFrom(...'@ABCDEFGHIJKLMPSTXZ`abcdefghlmnpqrstux{|}~');
  const numbers = fc.array(number, { maxLength: 5 }).map((some) => some.join(';'));
  const middle = fc.constantFrom('', '', '?', '>', ' ', '!', '$', '"', "'", '*');
  const control = fc.tuple(middle, numbers, middle, final).map((parts) => `\x1b[${parts.join('')}`);
  const other = fc.constantFrom(
    ...['\x1b7', '\x1b8', '\x1bc', '\x1bM', '\x1bD', '\x1b#8', '\x1b(0', '\n', '\b', '\t', '\x85', '漢', 'e\u0301'],
    'x'.repeat(200),
  );
  const side = fc.integer({ min: 1, max: 60 });
  const text = fc.array(fc.oneof(control, other), { maxLength: 60 }).map((some) => some.join(''));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(text, side, side), { maxLength: 20 }), async (steps) => {
      const { emulator, write } = open();
      for (const [written, cols, rows] of steps) {
        const { lines, cursor, ...shown } = await write(written);
        expect([lines.length, cursor.row < shown.rows, cursor.col < shown.cols]).toEqual([shown.rows, true, true]);
        emulator.resize({ cols, rows });
      }
      emulator.resize(size);
      expect(rows(await write('\x18\x1bcafter'))[0]).toBe('after');
      emulator.close();
    }),
  );
});

test('whatever is written, no sequence has a greater number than the screen has places, and the screen can be stored', async () => {
  const limit = 255;
  const seen: number[] = [];
  const terminal = new xterm.Terminal({ ...size, allowProposedApi: true, logLevel: 'off' });
  onTestFinished(() => terminal.dispose());
  for (const final of 'ABCDEFGHIJKLMPSTXZ@`abdefgr') {
    terminal.parser.registerCsiHandler({ final }, (parameters) => {
      seen.push(...parameters.flat());
      return true;
    });
  }
  const parts = fc.constantFrom(
    ...[
      '\x1b',
      '[',
      '\x1b[',
      '\x9b',
      ']',
      'P',
      '?',
      '>',
      '99999',
      '1',
      ';',
      ':',
      'S',
      'L',
      'b',
      'r',
      '\n',
      '\x07',
      '\\',
      '\x18',
      '\x9c',
      '\x90',
      '\x98',
      '漢',
      '\u0301',
      ' ',
      '(',
      '\x7f',
      '\ud800',
      '\0',
      '!',
      '\u00a0',
    ],
  );
  await fc.assert(
    fc.asyncProperty(fc.array(parts, { maxLength: 60 }), async (some) => {
      const text = some.join('');
      const filter = new ScreenFilter(limit);
      // The filter is a fresh one, and so is what the terminal reads: the text before may have ended within a sequence.
      await new Promise<void>((resolve) => terminal.write(`\x18${filter.push(text)}`, resolve));
      expect(Math.max(0, ...seen.splice(0))).toBeLessThanOrEqual(limit);
      const screen = JSON.stringify(await open().write(text));
      expect([screen.includes('\\u0000'), screen.isWellFormed(), /\\ud[89a-f]/.test(screen)]).toEqual([
        false,
        true,
        false,
      ]);
    }),
    { numRuns: 300 },
  );
});
