import { expect, test } from 'vitest';
import { limits } from '../../sql/contract.ts';
import { graceMsDefault } from '../../worker/shell/ending.ts';
import { timesOf } from '../../worker/times.ts';

const told = { lease_ms: limits.leaseMs, fence_after_ms: limits.fenceAfterMs, hint_ms: limits.hintMs };

test('by default a host beats three times a lease, and its companion ends the shells 9 s before the record gives them away', () => {
  expect(timesOf(told, limits.graceMs)).toEqual({
    leaseMs: 10_000,
    beatMs: 3_333,
    deadlineMs: 36_000,
    fenceAfterMs: 45_000,
    hintMs: 2_000,
  });
});

test('a shell of its own gives as long a grace as one of a host', () => {
  expect(graceMsDefault).toBe(limits.graceMs);
});

test('shorter leases are beaten for more often', () => {
  expect(timesOf({ lease_ms: 1_000, fence_after_ms: 4_000, hint_ms: 500 }, 300)).toEqual({
    leaseMs: 1_000,
    beatMs: 333,
    deadlineMs: 3_200,
    fenceAfterMs: 4_000,
    hintMs: 500,
  });
});

test('a grace that does not fit between deadline and burial is refused, one that just fits is not', () => {
  expect(timesOf(told, 8_999).deadlineMs).toBe(36_000);
  expect(() => timesOf(told, 9_000)).toThrow('LIMPET_GRACE_MS (9000) does not fit');
});

test('a fence that comes before a lease is over is refused', () => {
  expect(timesOf({ ...told, fence_after_ms: 12_501 }, 1_000).deadlineMs).toBeGreaterThan(10_000);
  expect(() => timesOf({ ...told, fence_after_ms: 12_500 }, 1_000)).toThrow('is too near to');
});
