import { expect, test } from 'vitest';
import { delayOf, isOpen } from '../../functions/pages/pace.ts';
import type { LiveCursor } from '../../html/live.ts';
import { sampleSession } from '../html/samples.ts';

const idle: LiveCursor = { after: 1, open: [], run: undefined, session: '', quiet: 0 };
const running = { ...idle, open: [1] };
const ready = sampleSession({ state: 'ready' });

test('a page whose requests are held asks again at once, whatever there is', () => {
  expect(delayOf(ready, { ...idle, quiet: 100 }, true)).toBe(delayOf(ready, running, true));
});

test('a page whose requests are not held asks more and more seldom until something comes, seldom where nothing runs', () => {
  const after = (cursor: LiveCursor, quiet: number) => delayOf(ready, { ...cursor, quiet }, false) ?? 0;
  expect([0, 1, 2, 100].map((quiet) => after(running, quiet))).toEqual([80, 200, 230, 1_000]);
  expect([0, 1, 2, 100].map((quiet) => after(idle, quiet))).toEqual([80, 2_000, 2_300, 8_000]);
});

test('what opens or runs may bring something at any time; where nothing can come nothing is asked', () => {
  expect([isOpen(ready, idle), isOpen(ready, running), isOpen(sampleSession({ state: 'opening' }), idle)]).toEqual([
    false,
    true,
    true,
  ]);
  const closed = sampleSession({ state: 'closed' });
  expect([delayOf(closed, idle, true), delayOf(closed, idle, false)]).toEqual([undefined, undefined]);
  expect(delayOf(closed, running, true)).toBeGreaterThan(0);
});
