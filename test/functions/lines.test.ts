import { expect, test } from 'vitest';
import { Lines } from '../../functions/lines.ts';
import { fc } from '../support/fuzz.ts';

const through = (pieces: Uint8Array[]) => {
  const lines = new Lines();
  return Buffer.concat(pieces.map((piece) => lines.push(piece))).toString('latin1');
};
/** What shelld does: split, drop what is empty, join. */
const asShelld = (text: string) => text.split('\n').filter(Boolean).join('\n');

test.each([
  ['', ''],
  ['\n\n', ''],
  ['a', 'a'],
  ['a\n', 'a'],
  ['\n\na\n\n\nb\n\n', 'a\nb'],
  ['a\r\nb\r\n', 'a\r\nb\r'],
  ['\r\n\n\r', '\r\n\r'],
  [' \n \n', ' \n '],
])('%j becomes %j, cut at every byte', (text, expected) => {
  const bytes = Buffer.from(text);
  for (let at = 0; at <= bytes.length; at += 1) {
    expect(through([bytes.subarray(0, at), bytes.subarray(at)])).toBe(expected);
  }
});

test('any bytes in any pieces come out as shelld would give them', () => {
  const piece = fc
    .array(fc.constantFrom(10, 10, 13, 0, 65, 0xff), { maxLength: 12 })
    .map((bytes) => Uint8Array.from(bytes));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      expect(through(pieces)).toBe(asShelld(Buffer.concat(pieces).toString('latin1')));
    }),
  );
});
