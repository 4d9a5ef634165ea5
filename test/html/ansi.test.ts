import { describe, expect, test } from 'vitest';
import { feed, startState } from '../../html/ansi.ts';
import { paintRows } from '../../html/paint.ts';
import { nearest, rgbOf } from '../../html/style.ts';

const paint = (...pieces: string[]): string => {
  const state = startState();
  for (const piece of pieces) feed(state, piece);
  return paintRows(state.screen.rows);
};
const sgr = (parameters: string) => paint(`\x1b[${parameters}mx`);
const span = (classes: string) => `<span class="${classes}">x</span>`;

describe('text', () => {
  test.each([
    ['plain', 'a\nb\n', 'a\nb\n'],
    ['what HTML would read', `<b>&"'</b>`, '&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;'],
    ['a carriage return writes over', 'progress 10%\rprogress 99%', 'progress 99%'],
    ['a shorter text over a longer one', 'longer\rshort', 'shortr'],
    ['CR LF', 'a\r\nb', 'a\nb'],
    ['backspace', 'abc\b\bX', 'aXc'],
    ['backspace at the start of a row', '\b\bx', 'x'],
    ['a tab is kept', 'a\tb', 'a\tb'],
    ['a tab over text only moves', 'abcdefghij\r\tX', 'abcdefghXj'],
    ['text over a tab', 'a\tb\rabc', 'abc     b'],
    ['a wide character takes two columns', '漢字\r\x1b[2Cx', '漢x '],
    ['half of a wide character is no character', '漢\r\x1b[1Cx', ' x'],
    ['a mark stays with its letter', 'e\u0301x\ry', 'yx'],
    ['bell, NUL and other controls', 'a\x07\x00\x7fb', 'ab'],
  ])('%s', (_name, text, shown) => expect(paint(text)).toBe(shown));
});

describe('erasing and moving', () => {
  test.each([
    ['to the end of the row', 'abcdef\r\x1b[2C\x1b[K', 'ab'],
    ['to its start', 'abcdef\r\x1b[2C\x1b[1K', '   def'],
    ['all of it', 'abcdef\x1b[2K\rx', 'x'],
    ['a progress bar that erases first', 'longer text\r\x1b[Kok', 'ok'],
    ['left and right', 'ab\x1b[2Dx\x1b[1Cy', 'xb y'.replace(' ', '')],
    ['to a column', 'abc\x1b[2GX', 'aXc'],
    ['up, as several bars do', 'one\ntwo\n\x1b[2A1\x1b[2B\rend', '1ne\ntwo\nend'],
    ['to the row before', 'one\ntwo\x1b[1Fx', 'xne\ntwo'],
    ['not above the first row', 'a\x1b[9999Ab', 'ab'],
  ])('%s', (_name, text, shown) => expect(paint(text)).toBe(shown));

  test('a move goes far enough for any terminal, and no further', () => {
    expect(paint('\x1b[999999999Cx')).toHaveLength(512);
    expect(paint('\x1b[512Cx')).toHaveLength(512);
  });

  test('no move goes further up than a screen', () => {
    const rows = paint(`${'r\n'.repeat(100)}\x1b[9999AX`).split('\n');
    expect(rows.indexOf('X')).toBe(101 - 40);
  });
});

describe('colours and attributes', () => {
  test.each([
    ['31', 'f1'],
    ['91', 'f9'],
    ['1;3;4;9', 'sb si su ss'],
    ['38;5;208', 'f208'],
    ['38:5:208', 'f208'],
    ['38;2;255;135;0', 'f208'],
    ['38:2:255:135:0', 'f208'],
    ['38:2::255:135:0', 'f208'],
    ['48;5;21', 'w b21'],
    ['48;5;226', 'k b226'],
    ['38;5;1;48;5;2', 'g1 b2'],
    ['7', 'rv'],
    ['7;31', 'w b1'],
    ['58;5;9;1', 'sb'],
    ['4:3', 'su'],
    ['38;5;99999', 'f255'],
  ])('%s is %s', (parameters, classes) => expect(sgr(parameters)).toBe(span(classes)));

  test.each(['', '0', '31;0', '31;39', '1;22', '4;24', '4:0', '38', '38;5', '99', '1;;0', '?1', '>1'])(
    '%s is plain',
    (parameters) => {
      expect(sgr(parameters)).toBe('x');
    },
  );

  test('a palette colour is the nearest to itself', () => {
    for (let colour = 16; colour < 256; colour += 1) expect(rgbOf(nearest(...rgbOf(colour)))).toEqual(rgbOf(colour));
  });
});

describe('links', () => {
  const link = (address: string) => paint(`\x1b]8;;${address}\x07x\x1b]8;;\x07y`);
  test('http and https are links', () => {
    const rest = 'target="_blank" rel="noopener noreferrer nofollow"';
    expect(link('https://example.com/?a=1&b=2')).toBe(`<a href="https://example.com/?a=1&amp;b=2" ${rest}>x</a>y`);
    expect(paint('\x1b]8;id=1;http://example.com\x1b\\x\x1b]8;;\x1b\\y')).toContain('href="http://example.com"');
  });
  test.each(['javascript:alert(1)', 'data:text/html,x', 'https:evil', '//evil', 'file:///etc/passwd', 'https://a b'])(
    '%s is none',
    (address) => expect(link(address)).toBe('xy'),
  );
  test('a very long address is none', () => {
    expect(link(`https://${'a'.repeat(3_000)}`)).toBe('xy');
    expect(link(`https://${'a'.repeat(2_000)}`)).toContain('<a ');
  });
  test('an address cannot leave its attribute', () => {
    expect(link('https://example.com/"onclick="alert(1)')).not.toContain('"onclick');
  });
});

describe('everything else is dropped', () => {
  test.each([
    ['titles', '\x1b]0;title\x07x'],
    ['the screen', '\x1b[2J\x1b[H\x1b[?25lx\x1b[?1049h'],
    ['device control', '\x1bPq#0;2;0;0;0\x1b\\x'],
    ['character sets', '\x1b(Bx\x1b)0'],
    ['privacy messages', '\x1b^secret\x1b\\x'],
    ['short sequences', '\x1b7\x1b8\x1bcx\x1bM'],
    ['C1 controls', '\u009b31\u009d0;t\u009cx'.replace('\u009b31', '')],
    ['a cancelled sequence', '\x1b[3\x18x'],
    ['a sequence in a sequence', '\x1b[3\x1b[0mx'],
  ])('%s', (_name, text) => expect(paint(text)).toBe('x'));

  test('a hundred thousand parameters, of which no more are collected than are ever used', () => {
    const state = startState();
    feed(state, `\x1b[${'1;'.repeat(100_000)}`);
    expect(state.sequence.length).toBe(129);
    feed(state, 'mx');
    expect(paintRows(state.screen.rows)).toBe('x');
  });
});
