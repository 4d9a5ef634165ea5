import { expect, test } from 'vitest';
import { security } from './table.ts';

test('the table in SECURITY.md is what is tested: `node test/containment/table.ts` writes it', () => {
  const { is, mustBe } = security();
  expect(is).toBe(mustBe);
});
