/** The recording of a terminal as the replay page plays it. */
import { expect, test } from 'vitest';
import { behindAll, type FramePage, playedBytesMax } from '../../functions/pages/replayFrames.ts';
import { type DrawnScreen, screenFramesOf } from '../../functions/pages/screenFrames.ts';
import { builtIn } from '../../functions/redaction/rules.ts';
import { maskedScreen } from '../../functions/redaction/screen.ts';
import type { RecordingRow } from '../../sql/edge.ts';
import { row } from './recorded.ts';

const size = { cols: 20, rows: 4, resizes: [] };
const start = { seq: 1, position: -1 };

/** A command that wrote these, each so many ms after the one before. */
function recorded(pieces: string[], everyMs: number, seq = 1): RecordingRow[] {
  let position = 0;
  const output = pieces.map((text, index) => {
    const piece = row('output', (index + 1) * everyMs, text, { seq, position });
    position += Buffer.byteLength(text);
    return piece;
  });
  const at = (pieces.length + 1) * everyMs;
  return [row('command', 0, 'top', { seq }), ...output, row('end', at, 'exited 0', { seq })];
}

/** Reads as the database does, two rows a call. */
const reading =
  (rows: RecordingRow[], perCall = 2) =>
  async (seq: number, position: number) =>
    rows.filter((one) => one.seq > seq || (one.seq === seq && placeOf(one) >= position)).slice(0, perCall);
const placeOf = ({ kind, position }: RecordingRow) =>
  kind === 'command' ? -1 : kind === 'end' ? behindAll : (position ?? 0);

const textOf = (html = '') => html.replaceAll(/<[^>]*>/g, '').trim();
const screens = ({ frames }: FramePage) => frames.flatMap(({ set }) => (set === undefined ? [] : [textOf(set)]));

test('a program that draws on all of the screen is seen as it was, each change at its time', async () => {
  const pieces = ['\x1b[?1049h\x1b[2J\x1b[Hfirst', '\x1b[3;5Hthere', '\x1b[1;1H\x1b[Ksecond', '\x1b[?1049l'];
  const page = await screenFramesOf(reading(recorded(pieces, 200)), size, start);
  expect(page.frames.map(({ at }) => at)).toEqual([0, 200, 400, 600, 800, 1000]);
  expect(screens(page)).toEqual(['first', 'first\n\n    there', 'second \n\n    there', '']);
  expect(page.frames.at(-1)?.end).toContain('exit 0');
  expect(page.next).toEqual({ seq: 2, position: -1 });
});

test('changes close together are one frame, and the last of them is there', async () => {
  const pieces = Array.from({ length: 50 }, (_, n) => `\rat ${n}`);
  const page = await screenFramesOf(reading(recorded(pieces, 10), 100), size, start);
  expect(page.frames.length).toBeLessThan(10);
  expect(screens(page).at(-1)).toBe('at 49');
});

test('a command begins on a blank screen, in the size of then', async () => {
  const rows = [...recorded(['one'], 100), ...recorded(['x'.repeat(30)], 100, 2)];
  const page = await screenFramesOf(
    reading(rows, 100),
    { ...size, resizes: [{ at_us: 50_000, cols: 10, rows: 2 }] },
    start,
  );
  expect(screens(page)).toEqual(['one', `${'x'.repeat(10)}\n${'x'.repeat(10)}`]);
});

test('a page that begins within a command goes on as if it were one', async () => {
  const pieces = Array.from(
    { length: 400 },
    (_, n) => `\x1b[${(n % 4) + 1};1H\x1b[3${n % 8}m${String(n).padEnd(20, '.')}`,
  );
  const wide = { cols: 200, rows: 60, resizes: [] };
  const rows = recorded(
    pieces.map((text) => text + 'y'.repeat(3_000).replaceAll('y', '\x1b[7mz\x1b[0m')),
    150,
  );
  const pages: FramePage[] = [];
  for (let place: FramePage['next'] = start; place && place.seq === 1; place = pages.at(-1)?.next ?? null)
    pages.push(await screenFramesOf(reading(rows, 50), wide, place));
  expect(pages.length).toBeGreaterThan(1);
  const frames = pages.flatMap((page) => page.frames);
  expect(frames.filter(({ head }) => head)).toHaveLength(1);
  expect(frames.filter(({ end }) => end)).toHaveLength(1);
  const times = frames.map(({ at }) => at);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

test('of a command that wrote more than is played, that is said, and then its end', async () => {
  const rows = recorded([...Array.from({ length: 40 }, () => 'a'.repeat(16 * 1024)), 'never seen'], 200);
  const page = await screenFramesOf(reading(rows), size, start);
  expect(page.frames.at(-1)?.add).toContain('more than is played');
  expect(page.next).toEqual({ seq: 1, position: behindAll });
  expect(40 * 16 * 1024).toBeGreaterThan(playedBytesMax);
  const rest = await screenFramesOf(reading(rows), size, { seq: 1, position: behindAll });
  expect(rest.frames).toHaveLength(1);
  expect(rest.frames[0]?.end).toContain('exit 0');
});

test('what still runs is shown as far as it is; where there is nothing, there is no more', async () => {
  const running = recorded(['so far'], 100).slice(0, -1);
  expect(await screenFramesOf(reading(running), size, start)).toMatchObject({ next: null });
  expect(screens(await screenFramesOf(reading(running), size, start))).toEqual(['so far']);
  expect(await screenFramesOf(reading([]), size, start)).toEqual({ frames: [], next: null });
});

test('what programs write is text', async () => {
  const page = await screenFramesOf(
    reading(recorded(['\x1b]0;"><script>\x07<script>alert(1)</script>'], 1)),
    size,
    start,
  );
  expect(page.frames.map(({ set }) => set ?? '').join('')).not.toContain('<script>');
});

test('what is masked is masked as it stands on the screen, however it was put there', async () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const pieces = [`\x1b[1;11H${token.slice(10)}`, `\x1b[1;1H${token.slice(0, 10)}`];
  const wide = { cols: 60, rows: 4, resizes: [] };
  const plain = await screenFramesOf(reading(recorded(pieces, 200)), wide, start);
  expect(screens(plain).at(-1)).toContain(token);
  const mask = (screen: DrawnScreen) => maskedScreen(builtIn, screen);
  const masked = await screenFramesOf(reading(recorded(pieces, 200)), { ...wide, mask }, start);
  expect(screens(masked).at(-1)).toHaveLength(screens(plain).at(-1)?.length ?? 0);
  expect(JSON.stringify(masked)).not.toContain(token);
});
