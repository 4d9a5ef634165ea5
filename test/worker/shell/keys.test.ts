import { describe, expect, test } from 'vitest';
import { keyBytes } from '../../../worker/shell/keys.ts';
import type { Key } from '../../../worker/shell/terminalTypes.ts';

const typed = (keys: Key[], application = false) => Buffer.from(keyBytes(keys, application)).toString();

describe('a key by name is what an xterm sends', () => {
  test.each([
    ['Enter', '\r'],
    ['Tab', '\t'],
    ['S-Tab', '\x1b[Z'],
    ['Escape', '\x1b'],
    ['Backspace', '\x7f'],
    ['Space', ' '],
    ['Up', '\x1b[A'],
    ['Down', '\x1b[B'],
    ['Right', '\x1b[C'],
    ['Left', '\x1b[D'],
    ['Home', '\x1b[H'],
    ['End', '\x1b[F'],
    ['Insert', '\x1b[2~'],
    ['Delete', '\x1b[3~'],
    ['PageUp', '\x1b[5~'],
    ['PageDown', '\x1b[6~'],
    ['F1', '\x1bOP'],
    ['F4', '\x1bOS'],
    ['F5', '\x1b[15~'],
    ['F12', '\x1b[24~'],
    ['C-a', '\x01'],
    ['C-c', '\x03'],
    ['C-C', '\x03'],
    ['C-z', '\x1a'],
    ['C-[', '\x1b'],
    ['C-\\', '\x1c'],
    ['C-_', '\x1f'],
    ['C-@', '\0'],
    ['C-Space', '\0'],
    ['C-?', '\x7f'],
    ['M-x', '\x1bx'],
    ['A-x', '\x1bx'],
    ['M-é', '\x1bé'],
    ['M-Enter', '\x1b\r'],
    ['C-M-x', '\x1b\x18'],
    ['M-C-x', '\x1b\x18'],
    ['S-Up', '\x1b[1;2A'],
    ['M-Left', '\x1b[1;3D'],
    ['C-Right', '\x1b[1;5C'],
    ['C-S-End', '\x1b[1;6F'],
    ['C-Delete', '\x1b[3;5~'],
    ['S-F1', '\x1b[1;2P'],
    ['C-F5', '\x1b[15;5~'],
  ])('%s', (name, expected) => {
    expect(typed([name])).toBe(expected);
  });
});

test.each([
  ['Up', '\x1bOA'],
  ['Home', '\x1bOH'],
  ['C-Up', '\x1b[1;5A'],
  ['F1', '\x1bOP'],
  ['PageUp', '\x1b[5~'],
])('%s where the program asks for application cursor keys', (name, expected) => {
  expect(typed([name], true)).toBe(expected);
});

test.each([
  'vim x',
  'a',
  'enter',
  'ENTER',
  'Enter ',
  ' Up',
  'F13',
  'C-',
  '-',
  'C-é',
  'C-1',
  'X-a',
  'S-a',
  'C-c C-c',
  'M-xy',
  '≤',
  '',
  'constructor',
  'C-toString',
])('what names no key is typed as it is: %j', (text) => {
  expect(typed([text])).toBe(text);
  expect(typed([{ text }])).toBe(text);
});

test('a text that is given as text is never a key', () => {
  expect(typed([{ text: 'Enter' }, 'Enter', { text: 'C-c' }])).toBe('Enter\rC-c');
});
