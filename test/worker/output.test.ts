import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { limits } from '../../sql/contract.ts';
import type { OutputPiece } from '../../sql/host.ts';
import { CommandOutput } from '../../worker/output.ts';
import { fc } from '../support/fuzz.ts';

const KiB = 1024;

/** Takes all pieces, as the writer does, and puts them together as the record would. */
function drain(output: CommandOutput): OutputPiece[] {
  const pieces: OutputPiece[] = [];
  while (output.waiting) {
    const some = output.peek(3);
    output.sending(some);
    pieces.push(...some);
    output.stored(some.length);
  }
  return pieces;
}

function stored(pieces: OutputPiece[], stream: 1 | 2): { bytes: Buffer; end: number; dropped: number } {
  let end = 0;
  let dropped = 0;
  const parts: Uint8Array[] = [];
  for (const piece of pieces.filter((one) => one.stream === stream)) {
    expect(piece.offset - piece.skip, 'no gap but the one that is told').toBe(end);
    expect(piece.bytes.length).toBeLessThanOrEqual(limits.outputChunkBytes);
    end = piece.offset + piece.bytes.length;
    dropped += piece.skip;
    parts.push(piece.bytes);
  }
  return { bytes: Buffer.concat(parts), end, dropped };
}

describe('output within the limit', () => {
  test('arrives whole, in order, however it was cut', () => {
    const writes = fc.array(
      fc.record({ stream: fc.constantFrom(1 as const, 2 as const), bytes: fc.uint8Array({ maxLength: 200 }) }),
    );
    fc.assert(
      fc.property(writes, (all) => {
        const output = new CommandOutput(1_000_000, 1_000_000);
        const pieces: OutputPiece[] = [];
        for (const [index, { stream, bytes }] of all.entries()) {
          output.push(stream, bytes);
          if (index % 3 === 0) pieces.push(...drain(output));
        }
        output.close();
        pieces.push(...drain(output));
        for (const stream of [1, 2] as const) {
          const written = Buffer.concat(all.filter((write) => write.stream === stream).map((write) => write.bytes));
          expect(stored(pieces, stream)).toEqual({ bytes: written, end: written.length, dropped: 0 });
        }
      }),
    );
  });

  test('small writes become one row', () => {
    const output = new CommandOutput(1_000_000, 1_000_000);
    for (let at = 0; at < 1_000; at += 1) output.push(1, Buffer.from('line\n'));
    expect(output.peek(10)).toHaveLength(1);
  });

  test('a row that is being sent does not grow', () => {
    const output = new CommandOutput(1_000_000, 1_000_000);
    output.push(1, Buffer.from('one'));
    output.sending(output.peek(1));
    output.push(1, Buffer.from('two'));
    expect(output.peek(10).map((piece) => Buffer.from(piece.bytes).toString())).toEqual(['one', 'two']);
  });
});

describe('output beyond the limit', () => {
  test('keeps head and tail, counts the hole, and never stores more than max_output', () => {
    const sizes = fc.array(fc.nat({ max: 3_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), sizes, (maxOutput, lengths) => {
        const output = new CommandOutput(maxOutput, 1_000_000);
        const written = Buffer.alloc(
          lengths.reduce((sum, length) => sum + length, 0),
          0,
        ).map((_, index) => index % 251);
        let at = 0;
        for (const length of lengths) {
          output.push(1, written.subarray(at, at + length));
          at += length;
        }
        output.close();
        const pieces = drain(output);
        const { bytes, end, dropped } = stored(pieces, 1);
        expect(bytes.length).toBeLessThanOrEqual(maxOutput);
        expect(output.totals().stdout_bytes).toBe(written.length);
        expect(output.totals().stdout_sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
        expect(end).toBe(written.length);
        expect(bytes.length).toBe(Math.min(maxOutput, written.length));
        expect(dropped).toBe(written.length - bytes.length);
        for (const piece of pieces)
          expect(Buffer.from(written.subarray(piece.offset, piece.offset + piece.bytes.length))).toEqual(
            Buffer.from(piece.bytes),
          );
      }),
    );
  });

  test('keeps the end of each stream', () => {
    const output = new CommandOutput(8 * KiB, 1_000_000);
    for (const stream of [1, 2, 1, 2] as const) output.push(stream, Buffer.alloc(20 * KiB, stream === 1 ? 'o' : 'e'));
    output.close();
    const pieces = drain(output);
    expect(stored(pieces, 1)).toMatchObject({ end: 40 * KiB, dropped: 34 * KiB });
    expect(stored(pieces, 2)).toMatchObject({ end: 40 * KiB, dropped: 38 * KiB });
  });

  test('is exact on both sides of the limit', () => {
    for (const [extra, dropped] of [
      [0, 0],
      [1, 1],
    ] as const) {
      const output = new CommandOutput(8 * KiB, 1_000_000);
      output.push(1, Buffer.alloc(8 * KiB + extra, 'x'));
      output.close();
      expect(stored(drain(output), 1).dropped).toBe(dropped);
    }
  });
});

describe('held output', () => {
  test('makes the writer wait beyond its limit, until half of it is stored', async () => {
    const output = new CommandOutput(1_000_000, 100 * KiB);
    expect(output.push(1, Buffer.alloc(100 * KiB))).toBeUndefined();
    const room = output.push(1, Buffer.alloc(1));
    expect(room).toBeInstanceOf(Promise);
    drain(output);
    await room;
  });

  test('is let go when the command was given up', async () => {
    const output = new CommandOutput(1_000_000, 10);
    const room = output.push(1, Buffer.alloc(100));
    output.discard();
    await room;
    expect(output.push(1, Buffer.alloc(100))).toBeUndefined();
    expect(output.waiting).toBe(false);
  });
});
