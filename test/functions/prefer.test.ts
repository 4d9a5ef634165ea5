import { expect, test } from 'vitest';
import { appliedWait, preferredWaitMs } from '../../functions/prefer.ts';

test.each<[string | undefined, number | undefined]>([
  ['wait=10', 10_000],
  ['wait=0', 0],
  ['wait=0.5', 500],
  ['WAIT = "7"', 7000],
  ['respond-async, wait=10', 10_000],
  ['wait=1, wait=2', 1000],
  ['handling=lenient; x=y, wait=3; z', 3000],
  ['wait=30', 30_000],
  ['wait=31', 30_000],
  ['wait=999999999', 30_000],
  ['respond-async', 0],
  ['return=minimal', undefined],
  ['wait=-1', undefined],
  ['wait=soon', undefined],
  ['wait', undefined],
  ['', undefined],
  [undefined, undefined],
])('Prefer: %s asks for %s ms', (header, ms) => {
  expect(preferredWaitMs(header)).toBe(ms);
});

test('what was granted is said in seconds', () => {
  expect([appliedWait(10_000), appliedWait(500)]).toEqual(['wait=10', 'wait=0.5']);
});
