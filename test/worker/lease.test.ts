import { expect, test } from 'vitest';
import { Lease } from '../../worker/lease.ts';

test('a lease is held from the first answered beat until its length after that beat was sent', () => {
  let now = 0;
  const lease = new Lease(() => now);
  expect(lease.held).toBe(false);
  lease.renewed(0, 10);
  now = 9;
  expect(lease.held).toBe(true);
  now = 10;
  expect(lease.held).toBe(false);
});

test('an answer that comes late never shortens a lease', () => {
  let now = 5;
  const lease = new Lease(() => now);
  lease.renewed(5, 10);
  lease.renewed(1, 10);
  now = 14;
  expect(lease.held).toBe(true);
});
