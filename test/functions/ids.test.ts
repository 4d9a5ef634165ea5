import { expect, test } from 'vitest';
import { isUuid, uuidv7 } from '../../functions/ids.ts';

test('an id is a UUID of version 7 that begins with its time in ms', () => {
  const id = uuidv7(0x0123456789ab);
  expect(id).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('a thousand ids of one millisecond differ', () => {
  expect(new Set(Array.from({ length: 1000 }, () => uuidv7(1))).size).toBe(1000);
});

test.each([
  ['01a1fddd-4053-7189-b99e-2680411f6acc', true],
  ['01A1FDDD-4053-7189-B99E-2680411F6ACC', true],
  ['01a1fddd40537189b99e2680411f6acc', false],
  ['01a1fddd-4053-7189-b99e-2680411f6acc ', false],
  ['build', false],
])('%j is an id: %s', (text, expected) => {
  expect(isUuid(text)).toBe(expected);
});
