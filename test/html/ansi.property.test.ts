import { expect, test } from 'vitest';
import { type AnsiState, feed, startState } from '../../html/ansi.ts';
import { paintRows } from '../../html/paint.ts';
import { fc } from '../support/fuzz.ts';

function paint(text: string): string {
  const state = startState();
  feed(state, text);
  return paintRows(state.screen.rows);
}

const fragments = fc.constantFrom(
  ...[
    '\x1b',
    '[',
    ']',
    'm',
    'K',
    '\r',
    '\n',
    '\b',
    '\t',
    ';',
    ':',
    '3',
    '8',
    '1',
    'A',
    'B',
    'C',
    '\x07',
    '\\',
    '\u009b',
    '\u009d',
  ],
  ...[
    '<script>',
    '"',
    "'",
    '&',
    '漢',
    '😀',
    'e\u0301',
    '\x1b[31m',
    '\x1b[7;48;5;9m',
    '\x1b[2A',
    '\x1b]8;;https://a.b/"\x07',
    'text',
    '\x1b[K',
  ],
);
const hostile = fc.array(
  fc.oneof({ weight: 6, arbitrary: fragments }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) }),
  { maxLength: 60 },
);

test('cut at every place, and kept as JSON in between, it shows the same', () => {
  fc.assert(
    fc.property(hostile, (pieces) => {
      const text = pieces.join('');
      const whole = paint(text);
      for (let cut = 0; cut <= text.length; cut += 1) {
        let state = startState();
        feed(state, text.slice(0, cut));
        state = JSON.parse(JSON.stringify(state)) as AnsiState;
        feed(state, text.slice(cut));
        expect(paintRows(state.screen.rows)).toBe(whole);
      }
    }),
    { numRuns: 300 },
  );
});

test('whatever a program writes, only our own tags come out', () => {
  const tag =
    /<span class="(?:s[bdiuhs]|[fgb]\d{1,3}|rv|k|w)(?: (?:s[bdiuhs]|[fgb]\d{1,3}|rv|k|w))*">|<\/span>|<a href="https?:\/\/[^"<>]*" target="_blank" rel="noopener noreferrer nofollow">|<\/a>/g;
  fc.assert(
    fc.property(hostile, (pieces) => {
      expect(paint(pieces.join('')).replace(tag, '')).not.toMatch(/[<>"']/);
    }),
    { numRuns: 2_000 },
  );
});
