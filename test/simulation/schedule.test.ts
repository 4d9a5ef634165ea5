import { expect, test } from 'vitest';
import { profiles, schedule } from './schedule.ts';

test('one seed gives the same decisions every time, another seed others', () => {
  for (const profile of profiles) {
    expect(schedule(7, 200, profile)).toEqual(schedule(7, 200, profile));
    expect(schedule(7, 200, profile)).not.toEqual(schedule(8, 200, profile));
  }
});

test('more steps begin with the same ones', () => {
  expect(schedule(7, 200, 'everything').slice(0, 50)).toEqual(schedule(7, 50, 'everything'));
});

test('in a calm simulation no host dies, stops or freezes, and Postgres stays', () => {
  const kinds = new Set(schedule(7, 5_000, 'calm').map(({ decision }) => decision.kind));
  for (const kind of ['kill', 'killBoth', 'vanish', 'killCompanion', 'drain', 'freeze', 'twin', 'restart'] as const) {
    expect(kinds).not.toContain(kind);
  }
  expect(kinds).toContain('loseHints');
});
