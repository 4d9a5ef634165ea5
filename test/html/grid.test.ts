import { describe, expect, test } from 'vitest';
import { screenHtml } from '../../html/grid.ts';
import type { Screen, ScreenRun } from '../../sql/contract.ts';

const screen = (rows: ScreenRun[][], more: Partial<Screen> = {}): Screen => ({
  session_id: '00000000-0000-7000-8000-000000000000',
  generation: 1,
  updated_at: null,
  cols: 20,
  rows: 5,
  title: '',
  alternate: false,
  cursor: { row: 0, col: 0, visible: false },
  simplified: false,
  lines: rows.map((runs) => ({ runs })),
  ...more,
});
const inner = (html: string) => /^<pre[^>]*>\n([\s\S]*)<\/pre>$/.exec(html)?.[1];
const at = (row: number, col: number) => ({ cursor: { row, col, visible: true } });

test('a screen is one element that knows its size and its title', () => {
  expect(screenHtml(screen([], { title: `"><b>'&` }))).toBe(
    '<pre class="grid" data-title="&quot;&gt;&lt;b&gt;&#39;&amp;" data-cols="20" data-rows="5">\n</pre>',
  );
});

test('hostile text is inert', () => {
  expect(inner(screenHtml(screen([[{ col: 0, text: '<script>alert(1)</script>&amp;' }]])))).toBe(
    '&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;',
  );
});

describe('looks are classes', () => {
  test.each<[Omit<ScreenRun, 'col' | 'text'>, string]>([
    [{}, 'x'],
    [{ bold: true, fg: 1 }, '<span class="sb f1">x</span>'],
    [{ fg: 7, bg: 4 }, '<span class="g7 b4">x</span>'],
    [{ fg: '#ff0000' }, '<span class="f196">x</span>'],
    [{ bg: '#000000' }, '<span class="w b16">x</span>'],
    [{ inverse: true }, '<span class="rv">x</span>'],
    [{ dim: true, italic: true, underline: true, strike: true, hidden: true }, '<span class="sd si su sh ss">x</span>'],
    [{ blink: true }, 'x'],
  ])('%j', (look, html) => {
    expect(inner(screenHtml(screen([[{ col: 0, text: 'x', ...look }]])))).toBe(html);
  });
});

describe('the cursor is where it is', () => {
  test.each<[string, Screen, string]>([
    ['in text', screen([[{ col: 0, text: 'abc' }]], at(0, 1)), 'a<mark class="cursor">b</mark>c'],
    ['behind text', screen([[{ col: 0, text: 'a' }], []], at(0, 3)), 'a  <mark class="cursor"> </mark>\n'],
    ['in an empty row', screen([[], []], at(1, 0)), '\n<mark class="cursor"> </mark>'],
    ['on a blank screen', screen([], at(0, 0)), '<mark class="cursor"> </mark>'],
    ['on a wide character', screen([[{ col: 0, text: 'a漢b' }]], at(0, 1)), 'a<mark class="cursor">漢</mark>b'],
    ['on its second half', screen([[{ col: 0, text: 'a漢b' }]], at(0, 2)), 'a<mark class="cursor">漢</mark>b'],
    [
      'on a character with a mark',
      screen([[{ col: 0, text: 'e\u0301x' }]], at(0, 0)),
      '<mark class="cursor">e\u0301</mark>x',
    ],
    [
      'in colour',
      screen(
        [
          [
            { col: 0, text: 'a' },
            { col: 1, text: 'bc', fg: 2 },
          ],
        ],
        at(0, 1),
      ),
      'a<mark class="cursor"><span class="f2">b</span></mark><span class="f2">c</span>',
    ],
    ['hidden', screen([[{ col: 0, text: 'a' }]]), 'a'],
  ])('%s', (_, shown, html) => {
    expect(inner(screenHtml(shown))).toBe(html);
  });

  test('and where this page takes a character for narrower than the emulator did, runs are at their columns all the same', () => {
    const runs = [
      { col: 0, text: 'a' },
      { col: 3, text: 'b', fg: 1 },
    ];
    expect(inner(screenHtml(screen([runs], at(0, 3))))).toBe(
      'a  <mark class="cursor"><span class="f1">b</span></mark>',
    );
  });
});
