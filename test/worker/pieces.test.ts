import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { OutputPiece } from '../../sql/host.ts';
import { Memory, Pieces } from '../../worker/pieces.ts';
import { leftSpools, Spools } from '../../worker/spool.ts';
import { temporaryDirectory } from '../support/directory.ts';
import { fc } from '../support/fuzz.ts';
import { silent } from '../support/log.ts';

const KiB = 1024;
const directory = () => temporaryDirectory(onTestFinished);
const piece = (offset: number, bytes: Uint8Array, skip = 0): OutputPiece => ({ stream: 1, offset, skip, bytes });
const text = (pieces: OutputPiece[]) => Buffer.concat(pieces.map(({ bytes }) => bytes)).toString();

/** Takes all of them, as the writer does. */
function drain(pieces: Pieces, atOnce = 3): OutputPiece[] {
  const all: OutputPiece[] = [];
  while (pieces.length > 0) {
    const some = pieces.peek(atOnce);
    pieces.sending(some);
    all.push(...some);
    pieces.stored(some.length);
  }
  return all;
}

describe('while Postgres does not answer', () => {
  test('what memory has no room for waits on disk, comes back in order, and its file is gone then', async () => {
    const runDir = await directory();
    const pieces = new Pieces(8, new Memory(1_000));
    pieces.spill(new Spools(runDir, 1_000, silent).open('attempt'));
    for (const [index, word] of ['in ', 'mem ', 'on disk ', 'and ', 'more'].entries())
      pieces.add(piece([0, 3, 7, 15, 19][index] ?? 0, Buffer.from(word)));
    expect(pieces.room()).toBeUndefined();
    expect(leftSpools(runDir, silent)).toEqual({ attempts: ['attempt'], bytes: [16] });
    expect(text(drain(pieces))).toBe('in mem on disk and more');
    expect(leftSpools(runDir, silent)).toEqual({ attempts: [], bytes: [] });
  });

  test('a command waits once the disk has no more room for it either, and goes on when there is some', async () => {
    const pieces = new Pieces(4, new Memory(1_000));
    pieces.spill(new Spools(await directory(), 4, silent).open('attempt'));
    pieces.add(piece(0, Buffer.from('1234')));
    pieces.add(piece(4, Buffer.from('5678')));
    expect(pieces.room()).toBeUndefined();
    pieces.add(piece(8, Buffer.from('9')));
    const room = pieces.room();
    expect(room).toBeInstanceOf(Promise);
    expect(text(drain(pieces))).toBe('123456789');
    await room;
  });

  test('the disk is one for all commands of a host', async () => {
    const spools = new Spools(await directory(), 10, silent);
    const [one, other] = [spools.open('one'), spools.open('other')];
    expect(one.write(Buffer.alloc(10))).toBe(0);
    expect(other.write(Buffer.alloc(1))).toBeNull();
    one.clear();
    expect(other.write(Buffer.alloc(10))).toBe(0);
  });

  test('a disk that refuses is as good as a full one', async () => {
    const runDir = await directory();
    const told: string[] = [];
    const spool = new Spools(`${runDir}/\0`, 10, (_level, event) => told.push(event)).open('attempt');
    expect(spool.write(Buffer.from('x'))).toBeNull();
    expect(told).toEqual(['spool_failed']);
  });
});

test('what a host left on disk is none only where there is none: what cannot be read is told, and is not none', async () => {
  const runDir = await directory();
  const told: string[] = [];
  const look = () => leftSpools(runDir, (_level, event) => told.push(event));
  expect(look()).toEqual({ attempts: [], bytes: [] });
  mkdirSync(`${runDir}/spool`);
  symlinkSync('nowhere', `${runDir}/spool/attempt`);
  expect(look(), 'one of them').toBeNull();
  rmSync(`${runDir}/spool`, { recursive: true });
  writeFileSync(`${runDir}/spool`, '');
  expect(look(), 'any of them').toBeNull();
  expect(told).toEqual(['spools_not_read', 'spools_not_read']);
});

test('however it is written, spilled and read, every byte comes back in order, once', async () => {
  const runDir = await directory();
  const write = fc.record({
    kind: fc.constant('write' as const),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 90 }),
  });
  const store = fc.record({ kind: fc.constant('store' as const), count: fc.integer({ min: 1, max: 4 }) });
  const turn = fc.record({ kind: fc.constant('turn' as const), spills: fc.boolean() });
  fc.assert(
    fc.property(fc.array(fc.oneof(write, write, store, turn), { maxLength: 60 }), (steps) => {
      const spools = new Spools(runDir, 400, silent);
      const pieces = new Pieces(100, new Memory(150));
      const [written, got]: [Uint8Array[], Uint8Array[]] = [[], []];
      let offset = 0;
      for (const step of steps) {
        if (step.kind === 'write') {
          pieces.add(piece(offset, step.bytes));
          written.push(step.bytes);
          offset += step.bytes.length;
        } else if (step.kind === 'store') {
          const some = pieces.peek(step.count);
          got.push(...some.map(({ bytes }) => bytes));
          pieces.stored(some.length);
        } else if (step.spills) pieces.spill(spools.open('attempt'));
        else pieces.spillNoMore();
      }
      got.push(...drain(pieces).map(({ bytes }) => bytes));
      expect(Buffer.concat(got)).toEqual(Buffer.concat(written));
      expect(existsSync(`${runDir}/spool`) ? readdirSync(`${runDir}/spool`) : []).toEqual([]);
    }),
  );
});

describe('what all commands hold', () => {
  test('makes each wait that has a part in it, until half of it is stored', async () => {
    const memory = new Memory(10 * KiB);
    const [one, other, third] = [1, 2, 3].map(() => new Pieces(8 * KiB, memory)) as [Pieces, Pieces, Pieces];
    one.add(piece(0, Buffer.alloc(6 * KiB)));
    expect(one.room()).toBeUndefined();
    other.add(piece(0, Buffer.alloc(5 * KiB)));
    const waiting = [one.room(), other.room()];
    for (const room of waiting) expect(room).toBeInstanceOf(Promise);
    expect(third.room(), 'a command that holds nothing may begin').toBeUndefined();
    drain(one);
    await Promise.all(waiting);
  });
});
