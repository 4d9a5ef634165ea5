/** Short simulations; `npm run simulate` runs them at length, and repeats the seed that a failure prints. */
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../support/directory.ts';
import { type OwnPostgres, startOwnPostgres, template } from './postgres.ts';
import { lineOf, problemOf } from './report.ts';
import { profiles } from './schedule.ts';
import { simulate } from './simulate.ts';

const steps = 400;

let postgres: OwnPostgres;
beforeAll(async () => {
  postgres = await startOwnPostgres();
});
afterAll(() => postgres.stop());

test.for(profiles)('a simulation (%s) sees no broken promise', { timeout: 180_000 }, async (profile) => {
  const seed = randomInt(1_000_000);
  console.log(`npm run simulate -- --seed ${seed} --steps ${steps} --profile ${profile}`);
  const workDir = await temporaryDirectory(onTestFinished);
  const cluster = { url: postgres.url, template, restart: postgres.restart };
  const report = await simulate({ seed, steps, profile, cluster, workDir });
  console.log(lineOf(report, profile));
  expect(report.faults, problemOf(report)).toEqual([]);
  expect(report.runs).toBeGreaterThan(0);
});
