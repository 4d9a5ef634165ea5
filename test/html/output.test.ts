import { describe, expect, test } from 'vitest';
import { cursorAt, linesMax, type OutputHtml, renderOutput, type StreamCursor } from '../../html/output.ts';
import { fc } from '../support/fuzz.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** What the page shows after the pieces have come: all that was fixed, then what is open. A restart shows everything anew. */
function shown(bytes: Uint8Array, cuts: number[], ended = true): { html: string; restarts: number } {
  let [fixed, open, restarts] = ['', '', 0];
  let cursor: StreamCursor = cursorAt(0);
  for (const [index, cut] of cuts.entries()) {
    const isLast = ended && index === cuts.length - 1;
    let next: OutputHtml = renderOutput(bytes.subarray(cursor.from, cut), cursor, isLast);
    if (next.restart) {
      restarts += 1;
      fixed = '';
      next = renderOutput(bytes.subarray(0, cut), cursorAt(0), isLast);
    }
    fixed += next.fixed;
    open = next.open;
    cursor = next.cursor;
  }
  return { html: fixed + open, restarts };
}
const whole = (bytes: Uint8Array) => shown(bytes, [bytes.length]).html;

test('cut at every byte, the page shows the same', () => {
  const bytes = bytesOf(
    'a\x1b[31mré\x1b[0md\n漢字 😀\nprogress 1%\rprogress 2%\r\x1b[Kdone\n\x1b[1mbold\nstill\x1b[0m\nno end',
  );
  for (let cut = 0; cut <= bytes.length; cut += 1) expect(shown(bytes, [cut, bytes.length]).html).toBe(whole(bytes));
  expect(
    shown(
      bytes,
      Array.from(bytes, (_, index) => index + 1),
    ).html,
  ).toBe(whole(bytes));
});

test('any output, in any pieces, ends as it does at once', () => {
  const part = fc.constantFrom(
    'a',
    'bc',
    '\n',
    '\n',
    '\r',
    '\b',
    '\t',
    'é',
    '漢',
    '\x1b[32m',
    '\x1b[0m',
    '\x1b[K',
    '\x1b[2A',
    '\x1b[1B',
    '\x1b[3C',
    '<',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 80 }), fc.array(fc.nat(200), { maxLength: 6 }), (parts, places) => {
      const bytes = bytesOf(parts.join(''));
      const cuts = places.filter((place) => place < bytes.length).sort((a, b) => a - b);
      expect(shown(bytes, [...cuts, bytes.length]).html).toBe(whole(bytes));
    }),
    { numRuns: 2_000 },
  );
});

test('invalid bytes are shown as such, and cost no byte after them', () => {
  expect(renderOutput(new Uint8Array([0xff, 0x61, 0xc3, 0x0a, 0x62]), cursorAt(0), true).fixed).toBe(
    '\ufffda\ufffd\nb',
  );
});

test('a character that is not complete waits for its end', () => {
  const first = renderOutput(bytesOf('é').subarray(0, 1), cursorAt(0), false);
  expect(first).toMatchObject({ fixed: '', open: '', cursor: { from: 0, seen: 1 } });
});

describe('bounds', () => {
  test('the last 2,000 lines are shown, and that there were more is said', () => {
    const exactly = renderOutput(bytesOf('x\n'.repeat(linesMax - 1)), cursorAt(0), true);
    expect(exactly).toMatchObject({ isCut: false });
    const more = renderOutput(bytesOf(`first\n${'x\n'.repeat(linesMax)}last`), cursorAt(0), true);
    expect(more.isCut).toBe(true);
    expect(more.fixed.split('\n')).toHaveLength(linesMax);
    expect(more.fixed.endsWith('last')).toBe(true);
  });

  test('a line without an end does not have to be read again and again', () => {
    const [first, second] = [renderOutput(bytesOf('y'.repeat(100_000)), cursorAt(0), false), bytesOf('z\n')];
    expect(first.cursor.from).toBe(100_000);
    expect(renderOutput(second, first.cursor, true).fixed).toBe('z\n');
  });

  test('nor does a progress bar that never ends its line', () => {
    const bar = bytesOf('\rprogress 100%'.repeat(8_000));
    const first = renderOutput(bar, cursorAt(0), false);
    expect(first.cursor.from).toBeGreaterThan(bar.length - 100);
    expect(first.open).toBe('progress 100%');
  });

  test('hostile moves cannot make a page out of a line', () => {
    const { fixed } = renderOutput(bytesOf('\x1b[9999Cx\n'.repeat(29_000)), cursorAt(0), true);
    expect(fixed.length).toBeLessThan(2_000 * 520);
  });
});

test('several progress bars that move up are shown anew, once, and then followed', () => {
  const bars = (n: number) => `\x1b[3Afirst ${n}%\nsecond ${n}%\nthird ${n}%\n`;
  const bytes = bytesOf(`head\nfirst 0%\nsecond 0%\nthird 0%\n${[1, 2, 3, 4].map(bars).join('')}`);
  const cuts = [33, ...[1, 2, 3, 4].map((n) => bytes.length - (4 - n) * bars(1).length)];
  expect(shown(bytes, cuts)).toEqual({ html: 'head\nfirst 4%\nsecond 4%\nthird 4%\n', restarts: 1 });
});
