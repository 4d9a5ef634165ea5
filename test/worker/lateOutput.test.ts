import { expect, test } from 'vitest';
import { LateOutput } from '../../worker/lateOutput.ts';

type Piece = Parameters<ConstructorParameters<typeof LateOutput>[0]>[0];

/** Keeps what is appended; there is room for `bytesMax`. */
function store(bytesMax: number) {
  const pieces: Piece[] = [];
  const late = new LateOutput(async (piece) => {
    pieces.push(piece);
    return pieces.reduce((sum, { data }) => sum + data.length, 0) < bytesMax;
  });
  return { late, pieces };
}

test('pieces of both streams are appended one after the other, each with what came before', async () => {
  const { late, pieces } = store(1000);
  await Promise.all([
    late.take('a', 'stdout', Buffer.from('one')),
    late.take('a', 'stderr', Buffer.from('four')),
    late.take('b', 'stdout', Buffer.from('x')),
    late.take('a', 'stdout', Buffer.from('five')),
  ]);
  expect(pieces.filter(({ command }) => command === 'a').map(({ stream, offset }) => [stream, offset])).toEqual([
    [1, 0],
    [2, 3],
    [1, 7],
  ]);
  expect(pieces.filter(({ command }) => command === 'b').map(({ offset }) => offset)).toEqual([0]);
});

test('beyond the limit nothing but its length is sent', async () => {
  const { late, pieces } = store(4);
  for (const text of ['abc', 'def', 'ghij']) await late.take('a', 'stdout', Buffer.from(text));
  expect(pieces.map(({ data, dropped, offset }) => [data.length, dropped, offset])).toEqual([
    [3, 0, 0],
    [3, 0, 3],
    [0, 4, 6],
  ]);
});

test('a call that failed costs its own piece alone', async () => {
  let fails = true;
  const late = new LateOutput(async () => {
    if (fails) throw new Error('not now');
    return true;
  });
  await expect(late.take('a', 'stdout', Buffer.from('x'))).rejects.toThrow('not now');
  fails = false;
  await late.take('a', 'stdout', Buffer.from('y'));
});

test('of more than a thousand commands the oldest are forgotten, and what they write is told without an offset', async () => {
  const { late, pieces } = store(100_000);
  for (let n = 0; n <= 1000; n += 1) await late.take(`${n}`, 'stdout', Buffer.from('x'));
  await late.take('0', 'stdout', Buffer.from('y'));
  await late.take('1000', 'stdout', Buffer.from('z'));
  expect(pieces.slice(-3).map(({ command, offset }) => [command, offset])).toEqual([
    ['1000', null],
    ['0', null],
    ['1000', null],
  ]);
});
