import { expect, test } from 'vitest';
import { outputRange } from '../../functions/outputRange.ts';
import { fc } from '../support/fuzz.ts';

const all = Number.MAX_SAFE_INTEGER;
const ended = { total: 100, complete: true, state: 'exited', hole_start: null, hole_end: null };
const runs = { ...ended, complete: false, state: 'running' };
const holed = { ...ended, hole_start: 40, hole_end: 60 };

test.each([
  ['everything', ended, 0, all, { start: 0, end: 100, next: 100, complete: true }],
  ['a part', ended, 10, 20, { start: 10, end: 30, next: 30, complete: false }],
  ['the last part', ended, 80, 20, { start: 80, end: 100, next: 100, complete: true }],
  ['nothing, by limit', ended, 0, 0, { start: 0, end: 0, next: 0, complete: false }],
  ['from the end', ended, -10, all, { start: 90, end: 100, next: 100, complete: true }],
  ['from before the start', ended, -1000, 10, { start: 0, end: 10, next: 10, complete: false }],
  ['at the end', ended, 100, all, { start: 100, end: 100, next: 100, complete: true }],
  ['behind the end', ended, 150, all, { start: 150, end: 150, next: 150, complete: true }],
  ['all that is there', runs, 0, all, { start: 0, end: 100, next: 100, complete: false }],
  ['to the hole', holed, 0, all, { start: 0, end: 40, next: 60, complete: false, hole: { start: 40, end: 60 } }],
  ['short of the hole', holed, 0, 39, { start: 0, end: 39, next: 39, complete: false, hole: { start: 40, end: 60 } }],
  ['in the hole', holed, 50, all, { start: 50, end: 50, next: 60, complete: false, hole: { start: 40, end: 60 } }],
  ['at the hole', holed, 40, all, { start: 40, end: 40, next: 60, complete: false, hole: { start: 40, end: 60 } }],
  [
    'behind the hole',
    holed,
    60,
    all,
    { start: 60, end: 100, next: 100, complete: false, hole: { start: 40, end: 60 } },
  ],
  [
    'the end, behind the hole',
    holed,
    -20,
    all,
    { start: 80, end: 100, next: 100, complete: false, hole: { start: 40, end: 60 } },
  ],
  [
    'all there is of a lost command',
    { ...ended, state: 'lost' },
    0,
    all,
    { start: 0, end: 100, next: 100, complete: false },
  ],
  [
    'a hole at the end',
    { ...ended, hole_start: 90, hole_end: 100 },
    0,
    all,
    { start: 0, end: 90, next: 100, complete: false, hole: { start: 90, end: 100 } },
  ],
  [
    'what is on its way',
    { ...runs, hole_start: 90, hole_end: 100 },
    0,
    all,
    { start: 0, end: 90, next: 90, complete: false },
  ],
])('%s', (_name, extent, offset, limit, expected) => {
  expect(outputRange(extent, offset, limit)).toEqual(expected);
});

test('reading on from each next offset gives every stored byte once, in order, and ends', () => {
  const sizes = fc.integer({ min: 0, max: 50 });
  fc.assert(
    fc.property(sizes, sizes, sizes, fc.integer({ min: 1, max: 17 }), (head, dropped, tail, limit) => {
      const total = head + dropped + tail;
      const hole = dropped > 0 ? { hole_start: head, hole_end: head + dropped } : {};
      const seen: number[] = [];
      for (let [offset, isOver] = [0, false]; !isOver; ) {
        const range = outputRange({ ...ended, total, ...hole }, offset, limit);
        for (let at = range.start; at < range.end; at += 1) seen.push(at);
        isOver = range.next >= total;
        expect([isOver || range.next > offset, range.complete]).toEqual([true, isOver && dropped === 0]);
        offset = range.next;
      }
      const stored = Array.from({ length: total }, (_, at) => at).filter((at) => at < head || at >= head + dropped);
      expect(seen).toEqual(stored);
    }),
  );
});
