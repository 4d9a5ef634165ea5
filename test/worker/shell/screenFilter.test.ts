import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { marksMax, ScreenFilter, stringLengthMax } from '../../../worker/shell/screenFilter.ts';

const numberMax = 255;
const filtered = (...pieces: string[]) => {
  const filter = new ScreenFilter(numberMax);
  return pieces.map((piece) => filter.push(piece)).join('');
};
const accent = '\u0301';

describe('passes on as it is', () => {
  test.each([
    ['text', 'a ≤ 漢 👍🏽 e\u0301\r\n\t\b\x07'],
    ['sequences', '\x1b[1;31m\x1b[2J\x1b[H\x1b[5;10H\x1b[38;2;255;0;9m\x1b[4:3m\x1b[m'],
    ['modes', '\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[>4;1m\x1b[!p\x1b[4 q'],
    ['strings', '\x1b]0;title\x07\x1b]8;;http://x/\x1b\\\x1bP$qm\x1b\\\x1b_x\x1b\\\x1b^y\x1b\\\x1bXz\x1b\\'],
    ['other escapes', '\x1b7\x1b8\x1b(0\x1b#8\x1bM\x1b=\x1bc'],
    ['a number in text', '\x1b[1m1000000'],
    ['a number after a sequence of the same letters', '\x1b(B[99999S'],
    ['a sequence in 8 bits', '\x9b31mred\x9b0m\x9d0;t\x9c'],
    ['the greatest number that has a place', '\x1b[255S'],
    ['the longest string', `\x1b]0;${'x'.repeat(stringLengthMax - 2)}\x07`],
    ['as many marks as there may be', `a${accent.repeat(marksMax)}b`],
  ])('%s', (_, text) => {
    expect(filtered(text)).toBe(text);
    expect(filtered(...text)).toBe(text);
  });
});

describe('makes harmless', () => {
  test.each([
    ['a number above the greatest', '\x1b[256S', '\x1b[255S'],
    ['each number of several', '\x1b[1000;2;00099999H', '\x1b[255;2;255H'],
    ['parts of a number', '\x1b[4:99999m', '\x1b[4:255m'],
    ['a number beyond all', `\x1b[${'9'.repeat(10_000)}b`, '\x1b[255b'],
    ['one in 8 bits', '\x9b20000000L', '\x9b255L'],
    ['a mode beyond four digits', '\x1b[?99999h', '\x1b[?9999h'],
    ['one that a line feed interrupts', '\x1b[20\n000\x7f0S', '\x1b[\n\x7f255S'],
    ['one in a sequence that follows a cut one', '\x1b[1\x1b[2000000S', '\x1b[1\x1b[255S'],
    ['one after a cancelled one', '\x1b[9\x18\x1b[2000000S', '\x1b[9\x18\x1b[255S'],
    [
      'a string above the longest',
      `\x1b]0;${'x'.repeat(stringLengthMax)}\x07a`,
      `\x1b]0;${'x'.repeat(stringLengthMax - 2)}\x07a`,
    ],
    [
      'a string that a bell does not end',
      `\x1bP\x07${'x'.repeat(stringLengthMax)}\x1b\\a`,
      `\x1bP\x07${'x'.repeat(stringLengthMax - 1)}\x1b\\a`,
    ],
    ['more marks than there may be', `a${accent.repeat(1000)}b${accent}`, `a${accent.repeat(marksMax)}b${accent}`],
    ['marks beyond 16 bits', `a${'\u{e0100}'.repeat(1000)}`, `a${'\u{e0100}'.repeat(marksMax)}`],
  ])('%s', (_, text, expected) => {
    expect(filtered(text)).toBe(expected);
    expect(filtered(...text)).toBe(expected);
  });
});

test('wherever the text is cut, the outcome is the same', () => {
  const parts = fc.constantFrom(
    ...[
      '\x1b',
      '[',
      ']',
      'P',
      '?',
      '0',
      '9',
      '99999',
      ';',
      ':',
      'm',
      'S',
      '\n',
      '\x07',
      '\\',
      '\x18',
      '\x9b',
      '\x9c',
      '\x90',
      'a',
      accent,
      '漢',
      '👍',
      ' ',
      '(',
      '\x7f',
    ],
  );
  const texts = fc.array(
    fc.array(parts, { maxLength: 8 }).map((some) => some.join('')),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(texts, (pieces) => {
      const whole = filtered(pieces.join(''));
      expect(filtered(...pieces)).toBe(whole);
      expect(filtered(...pieces.join(''))).toBe(whole);
      // Done twice it changes nothing more, but for what an end of the text holds back.
      expect(filtered(whole)).toBe(whole);
    }),
  );
});
