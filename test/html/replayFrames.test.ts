/** A recording as the replay page plays it. */
import { expect, test } from 'vitest';
import { type Frame, framesOf, playedBytesMax } from '../../functions/pages/replayFrames.ts';
import { row } from './recorded.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const wrote = (atMs: number, text: string, stream: 1 | 2 = 1, seq = 1) => row('output', atMs, text, { stream, seq });

/** What the stage shows of one command once all frames were put on it. */
function staged(frames: Frame[]): string {
  let [fixed, open] = ['', ''];
  for (const frame of frames) {
    if (frame.set !== undefined) fixed = frame.set;
    fixed += frame.add ?? '';
    open = frame.open ?? open;
  }
  return `${fixed}${open}`.replaceAll(/<[^>]*>\n?/g, '');
}

test('a command begins, writes and ends, each at its time', () => {
  const { frames, next } = framesOf([
    row('command', 5, 'a <b>'),
    wrote(100, 'one\n'),
    wrote(900, 'two\n'),
    row('end', 950, 'exited 3'),
  ]);
  expect(frames.map(({ at }) => at)).toEqual([5, 100, 900, 950]);
  expect(frames[0]?.head).toContain('a &lt;b&gt;');
  expect(frames.at(-1)?.end).toContain('exit 3');
  expect(staged(frames)).toBe('one\ntwo\n');
  expect(next).toEqual({ seq: 2, position: -1 });
});

test('what comes close together is one frame, and a progress bar is one line', () => {
  const pieces = Array.from({ length: 100 }, (_, n) => wrote(n, `\rat ${n + 1}%`));
  const { frames } = framesOf([row('command', 0, 'x'), ...pieces, row('end', 200, 'exited 0')]);
  expect(frames.length).toBeLessThan(8);
  expect(staged(frames)).toBe('at 100%');
});

test('both streams are there, and a character cut in two is one', () => {
  const [first, second] = [utf8('é').slice(0, 1), utf8('é').slice(1)];
  const rows = [
    row('command', 0, 'x'),
    { ...wrote(1, ''), data: first },
    wrote(60, 'err\n', 2),
    { ...wrote(120, ''), data: second },
  ];
  const { frames } = framesOf([...rows, row('end', 200, 'exited 0')]);
  expect(staged(frames)).toBe('err\né');
});

test('a page ends with a whole command; the one that is cut comes with the next page', () => {
  const rows = [
    row('command', 0, 'a'),
    row('end', 1, 'exited 0'),
    row('command', 2, 'b', { seq: 2 }),
    wrote(3, 'x', 1, 2),
  ];
  const { frames, next } = framesOf(rows);
  expect(frames.every(({ seq }) => seq === 1)).toBe(true);
  expect(next).toEqual({ seq: 2, position: -1 });
});

test('of a command that wrote without end so much is played, and its end is looked for', () => {
  const piece = `${'x'.repeat(1023)}\n`;
  const most = Array.from({ length: playedBytesMax / 1024 }, (_, n) => wrote(n * 50, piece));
  const exactly = framesOf([row('command', 0, 'yes'), ...most, row('end', 99_999, 'exited 0')]);
  expect(exactly.frames.some(({ add }) => add?.includes('more than is played'))).toBe(false);
  const more = framesOf([row('command', 0, 'yes'), ...most, wrote(99_000, 'y')]);
  expect(more.frames.some(({ add }) => add?.includes('more than is played'))).toBe(true);
  expect(more.next?.position).toBeGreaterThan(2 ** 40);
});

test('what still runs is the end, and so is nothing', () => {
  expect(framesOf([row('command', 0, 'sleep 60')]).next).toBeNull();
  expect(framesOf([])).toEqual({ frames: [], next: null });
});
