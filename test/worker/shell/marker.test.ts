import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMark, MarkFinder } from '../../../worker/shell/marker.ts';

const mark = Buffer.from('\x1b_123\x1b\\');

/** Pushes the pieces one after another; what came before the mark, and after it if it came. */
function split(pieces: Uint8Array[]): { before: string; after: string | null; held: string } {
  const finder = new MarkFinder(mark);
  const before: Uint8Array[] = [];
  for (const [index, piece] of pieces.entries()) {
    const found = finder.push(piece);
    before.push(found.before);
    if (found.after === null) continue;
    const after = Buffer.concat([found.after, ...pieces.slice(index + 1)]);
    return { before: text(before), after: after.toString('latin1'), held: '' };
  }
  return { before: text(before), after: null, held: Buffer.from(finder.rest()).toString('latin1') };
}

const text = (pieces: Uint8Array[]) => Buffer.concat(pieces).toString('latin1');

describe('the mark is found and taken out', () => {
  test('wherever the stream is cut, twice', () => {
    const bytes = Buffer.concat([Buffer.from('ab\x1b_12\x1b'), mark, Buffer.from('cd')]);
    for (let first = 0; first <= bytes.length; first++) {
      for (let second = first; second <= bytes.length; second++) {
        const pieces = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
        expect(split(pieces)).toEqual({ before: 'ab\x1b_12\x1b', after: 'cd', held: '' });
      }
    }
  });

  test('byte by byte, after any bytes', () => {
    const byte = fc.constantFrom(...new Set(mark), 0x41);
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 40 }), (noise) => {
        const before = Buffer.from(noise);
        fc.pre(!before.includes(mark));
        const bytes = Buffer.concat([before, mark]);
        fc.pre(bytes.indexOf(mark) === before.length);
        const pieces = [...bytes].map((value) => Buffer.of(value));
        expect(split(pieces)).toEqual({ before: before.toString('latin1'), after: '', held: '' });
      }),
    );
  });
});

test('where it never comes, nothing is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 5 })), (pieces) => {
      fc.pre(!Buffer.concat(pieces).includes(mark));
      const { before, held } = split(pieces);
      expect(before + held).toBe(text(pieces));
    }),
  );
});

test('no two marks are the same', () => {
  expect(new Set(Array.from({ length: 100 }, () => Buffer.from(createMark()).toString())).size).toBe(100);
});
