/** Chaos, shortened; `npm run chaos` runs it at length. */
import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { shortGrace, shortLeases } from '../support/fleet.ts';
import { broken, chaos, lineOf } from './chaos.ts';

test('whatever is killed, stopped or restarted, no command runs twice and none that was acknowledged is missing', async () => {
  const seed = randomInt(1_000_000);
  const report = await chaos({
    seed,
    hosts: 3,
    sessions: 9,
    commands: 200,
    // The last of the commands run in peace: how long that takes is the machine's own.
    plan: { betweenMs: 900, troublesMax: 15 },
    limits: shortLeases,
    env: shortGrace,
    postgresSettings: { fsync: 'off', full_page_writes: 'off' },
  });
  console.log(lineOf(report, seed));
  expect(broken(report), lineOf(report, seed)).toEqual([]);
  expect(report.exited).toBeGreaterThan(0);
}, 240_000);
