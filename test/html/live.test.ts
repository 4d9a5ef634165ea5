import { expect, test } from 'vitest';
import { type LiveCursor, liveElement, readCursor, writeCursor } from '../../html/live.ts';
import { cursorAt } from '../../html/output.ts';

const parse = (query: string) => readCursor(Object.fromEntries(new URLSearchParams(query)));

test('a cursor survives its address', () => {
  const style = { fg: 208, bg: -1, flags: 5, link: '' };
  const cursor: LiveCursor = {
    after: 90,
    open: [7, 42, 43, 44],
    run: { seq: 42, stdout: { from: 1_000, seen: 1_234, rows: 50, style }, stderr: cursorAt(0) },
    session: 'busy|2|1|4|9|/usr/share',
    screen: '2026-11-21T10:00:00.000Z',
    quiet: 3,
  };
  expect(parse(writeCursor(cursor))).toEqual(cursor);
  expect(writeCursor({ ...cursor, run: undefined })).toContain('open=7_42-44');
});

test('a thousand queued commands fit into an address', () => {
  const open = Array.from({ length: 1_000 }, (_, index) => index + 1);
  expect(writeCursor({ after: 1_000, open, run: undefined, session: '', quiet: 0 }).length).toBeLessThan(100);
});

test.each([
  ['after=-1&open=1-99999999999&run=1'],
  ['after=x&open=<script>&run=1.2.3.4.5.6.7.8.9.10.11.12.x'],
  ['after=1e99&open=5-1_9-8&run=1.0.0.0.999999.-1.99999999.0.0.0.-1.-1.0'],
  [`quiet=1e9&open=${'1-900_'.repeat(10_000)}&session=${'x'.repeat(10_000)}`],
])('a cursor that we did not write is harmless: %s', (query) => {
  const { after, open, run, session, quiet } = parse(query.slice(0, 60_000));
  expect(after).toBeGreaterThanOrEqual(0);
  expect(open.length).toBeLessThanOrEqual(1_000);
  expect(session.length).toBeLessThanOrEqual(64);
  expect(quiet).toBeLessThanOrEqual(100);
  for (const { style } of run ? [run.stdout, run.stderr] : []) {
    expect(style.fg).toBeLessThanOrEqual(255);
    expect(style.flags).toBeLessThanOrEqual(127);
  }
});

test('the element asks again after the delay, and never asks again where nothing can come', async () => {
  const cursor: LiveCursor = { after: 1, open: [], run: undefined, session: 'ready', quiet: 0 };
  expect(String(await liveElement('id', cursor, 200))).toContain('hx-trigger="load delay:200ms, tail"');
  expect(String(await liveElement('id', cursor, undefined))).toBe('<div id="tail"></div>');
});
