import { expect, test } from 'vitest';
import { wrapped } from '../../../cli/terminal/wrap.ts';

test('a sentence ends its lines between words', () => {
  expect(wrapped('one two three', 13)).toBe('one two three');
  expect(wrapped('one two three', 12)).toBe('one two\nthree');
  expect(wrapped('one\ntwo three', 5)).toBe('one\ntwo\nthree');
});

test('what is there to be copied stays in one piece, and so does what is longer than a line', () => {
  expect(wrapped('do `limpet tail x` now', 10)).toBe('do\n`limpet tail x`\nnow');
  expect(wrapped('see `a b`, then', 9)).toBe('see\n`a b`,\nthen');
  expect(wrapped('unbreakable', 5)).toBe('unbreakable');
});

test('wide characters count as such, and an indented line stays indented', () => {
  expect(wrapped('漢字 漢字', 8)).toBe('漢字\n漢字');
  expect(wrapped('  indented', 80)).toBe('  indented');
});
