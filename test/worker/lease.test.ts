import { expect, test } from 'vitest';
import { Lease } from '../../worker/lease.ts';

const never = new AbortController().signal;

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

test('it is overdue once the last answered beat was sent so long ago', () => {
  let now = 0;
  const lease = new Lease(() => now);
  expect(lease.isOverdue(30)).toBe(true);
  lease.renewed(5, 10);
  now = 34;
  expect(lease.isOverdue(30)).toBe(false);
  now = 35;
  expect(lease.isOverdue(30)).toBe(true);
});

test('whoever waits for it goes on with the beat that renews it, not with one that came too late', async () => {
  let now = 20;
  const lease = new Lease(() => now);
  let isHeld = false;
  const waiting = lease.untilHeld(never).then(() => {
    isHeld = true;
  });
  lease.renewed(5, 10);
  await Promise.resolve();
  expect(isHeld).toBe(false);
  now = 21;
  lease.renewed(20, 10);
  await waiting;
  await lease.untilHeld(never);
});

test('nobody waits for it longer than the host lives', async () => {
  const ending = new AbortController();
  const waiting = new Lease(() => 0).untilHeld(ending.signal);
  ending.abort(new Error('the host ends'));
  await expect(waiting).rejects.toThrow('the host ends');
});

test('what is left of a deadline is counted from when the last answered beat was sent', () => {
  let now = 0;
  const lease = new Lease(() => now);
  expect(lease.leftOf(100)).toBe(0);
  now = 50;
  lease.renewed(10, 10);
  expect(lease.leftOf(100)).toBe(60);
  expect(lease.isOverdue(100)).toBe(false);
  now = 110;
  expect(lease.leftOf(100)).toBe(0);
  expect(lease.isOverdue(100)).toBe(true);
});
