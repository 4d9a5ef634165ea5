/** fast-check with the seed of this run (seed.ts): what fails says which values failed, and fails again with that seed. */
import fc from 'fast-check';
import { inject } from 'vitest';
import { seeded } from './random.ts';

const { seed, times } = inject('fuzz');
fc.configureGlobal({ seed });

/** As many runs as this, or a multiple that was asked for. */
export function runs(count: number): number {
  return count * times;
}

/** Numbers from 0 to below 1 by that seed. */
export function random(): () => number {
  return seeded(seed);
}

export { fc };
