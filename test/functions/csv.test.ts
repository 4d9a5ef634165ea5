import { expect, test } from 'vitest';
import { toCsv } from '../../functions/csv.ts';

test.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ['two\nlines', '"two\nlines"'],
  [12, '12'],
  [null, ''],
])('%j becomes %j', (value, text) => {
  expect(toCsv(['a', 'b'], [{ a: value, b: 1 }])).toBe(`a,b\r\n${text},1\r\n`);
});

test('no rows leave the names of the columns', () => {
  expect(toCsv<{ a: number }>(['a'], [])).toBe('a\r\n');
});
