/** Sends commands when they are due, whether earlier ones were answered or not: a slow answer delays no later question. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../client.ts';

export interface Arrivals {
  /** From when each was due to its answer, in ms. */
  times: number[];
  errors: string[];
  /** From the first that was due to the last answer. */
  lastMs: number;
}

/** Sends `rate` commands a second for so many seconds, one session after the other. */
export async function drive(
  open: { client: Client; session: string }[],
  { rate, seconds, command }: { rate: number; seconds: number; command: string },
): Promise<Arrivals> {
  const started = performance.now();
  const count = Math.round(rate * seconds);
  const arrivals: Arrivals = { times: [], errors: [], lastMs: 0 };
  const answers: Promise<void>[] = [];
  for (let at = 0; at < count; at += 1) {
    const due = started + (at * 1000) / rate;
    const early = due - performance.now();
    if (early > 1) await delay(early);
    const place = open[at % open.length];
    if (place) answers.push(one(place, command, due, arrivals));
  }
  await Promise.all(answers);
  arrivals.lastMs = performance.now() - started;
  return arrivals;
}

async function one(
  { client, session }: { client: Client; session: string },
  command: string,
  due: number,
  { times, errors }: Arrivals,
): Promise<void> {
  try {
    const { state } = await client.run(session, command);
    if (state === 'exited') times.push(performance.now() - due);
    else errors.push(`a command ended as ${state}`);
  } catch (error) {
    errors.push((error as Error).message);
  }
}
