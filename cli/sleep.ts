/**
 * A host that sleeps: while there is nothing to do it has no connection to Postgres, so that a database which is paid by the hour can pause. It
 * has then given its name and its sessions back, as one that was stopped, and looks now and then whether it is wanted. What that costs is
 * said in docs/scaling.md: a command that comes meanwhile waits for the next look.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../sql/contract.ts';
import { hostCalls } from '../sql/host.ts';
import { openDatabase } from '../worker/database.ts';
import type { RunningHost } from '../worker/index.ts';

/**
 * SIGUSR2 has a sleeping host look at once (Node keeps SIGUSR1 for its debugger); one that is awake takes it for nothing. To be called before
 * the first may come: unheard it would end the process. `next` resolves with the next one.
 */
export function hearWakeSignals(): { next(): Promise<void> } {
  let woken = Promise.withResolvers<void>();
  process.on('SIGUSR2', () => {
    woken.resolve();
    woken = Promise.withResolvers();
  });
  return { next: () => woken.promise };
}

/** Resolves once the host has had no session for so long. Rejects when `signal` aborts. */
export async function untilUnused({ unusedMs }: RunningHost, sleepAfterMs: number, signal: AbortSignal): Promise<void> {
  for (let leftMs = sleepAfterMs; leftMs > 0; leftMs = sleepAfterMs - unusedMs()) {
    await delay(Math.max(leftMs, 1), undefined, { signal });
  }
}

/** Resolves once commands or sessions wait for a host, looked for every `lookMs` and whenever `woken`. Rejects when `signal` aborts. */
export async function untilWanted(
  connectionString: string,
  { lookMs, woken, log, signal }: { lookMs: number; woken: () => Promise<void>; log: Log; signal: AbortSignal },
): Promise<void> {
  let called = woken();
  do {
    const over = new AbortController();
    const look = delay(lookMs, undefined, { signal: AbortSignal.any([signal, over.signal]) });
    await Promise.race([called, look]).finally(() => over.abort());
    called = woken();
  } while (!(await isWanted(connectionString, log)));
}

async function isWanted(connectionString: string, log: Log): Promise<boolean> {
  const { pool, query } = openDatabase(connectionString, log, { max: 1 });
  try {
    return (await hostCalls(query).findDue()).waiting;
  } catch (error) {
    log('warn', 'work_not_looked_for', { error: (error as Error).message });
    return false;
  } finally {
    await pool.end();
  }
}
