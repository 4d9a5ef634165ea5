/** One call of a caller's, again and again until it is answered; and the ids that callers make. */
import { createHash } from 'node:crypto';
import { isPassing } from '../../sql/errors.ts';
import { untilAnswered } from '../../worker/database.ts';
import type { World } from './world.ts';

/** Refusals that are right: the command or session has ended, or may not do that. */
const refusals = [
  'session_closed',
  'command_ended',
  'session_busy',
  'stdin_ended',
  'not_interactive',
  'too_many_queued',
];

/** The answer; null for a refusal. What is neither is a fault. */
export async function ask<Answer>(
  world: World,
  what: string,
  call: () => Promise<Answer>,
  again = true,
): Promise<Answer | null> {
  world.note('caller', 'asks', { what });
  const log = () => {};
  try {
    return again ? await untilAnswered(call, log) : await call();
  } catch (error) {
    const { detail, message } = error as { detail?: string; message: string };
    world.note('caller', 'refused', { what, detail, message });
    if (detail === 'not_found') world.fault('missing', what);
    else if (!refusals.includes(detail ?? '') && (again || !isPassing(error))) {
      world.fault('unexpected_error', `${what}: ${message}`);
    }
    return null;
  }
}

/** Ids that follow from the seed. */
export class Ids {
  readonly #seed: number;
  #count = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  next(): string {
    return this.of(String(this.#count++));
  }

  of(what: string): string {
    const hex = createHash('sha256').update(`${this.#seed} ${what}`).digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }
}
