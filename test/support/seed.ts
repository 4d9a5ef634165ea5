/** One seed for all random tests of a run: printed at its start, and given to repeat them. */
import { randomInt } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { testEnvironment } from './env.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    fuzz: { seed: number; times: number };
  }
}

/** vitest's globalSetup. */
export default function setup(project: TestProject): void {
  const { LIMPET_FUZZ_SEED: seed = randomInt(2 ** 31 - 1), LIMPET_FUZZ_TIMES: times = 1 } = testEnvironment();
  project.provide('fuzz', { seed, times });
  console.log(`LIMPET_FUZZ_SEED=${seed} repeats this run's random tests.`);
}
