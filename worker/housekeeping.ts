/** What any live host does for all: bury what died with its host, repeat hints that were lost; and tidy its own disk. */
import type { Log } from '../sql/contract.ts';
import type { HostCalls } from '../sql/host.ts';
import type { Directories } from './directories.ts';

/** Nobody waits for disk to be tidied. */
const tidyMs = 5 * 60_000;

/** Buries sessions one a transaction, in the order given. Returns how many. */
export async function bury(sessions: string[], calls: HostCalls, log: Log): Promise<number> {
  for (const session of sessions) {
    await calls.burySession(session);
    log('warn', 'session_buried', { session_id: session });
  }
  return sessions.length;
}

/** Sessions that were closed while no host had them leave their directories behind: they are removed. */
export async function tidy(directories: Directories, calls: HostCalls, log: Log): Promise<void> {
  const closed = await calls.closedAmong(await directories.homes());
  for (const session of closed) await directories.removeHome(session);
  if (closed.length > 0) log('info', 'directories_removed', { sessions: closed.length });
}

/** Starts the round of reaping and sweeping; a failed round is logged, and the next one comes anyway. */
export function startHousekeeping(
  incarnation: string,
  hintMs: number,
  calls: HostCalls,
  directories: Directories,
  log: Log,
): { stop(): Promise<void> } {
  let round: Promise<void> | null = null;
  let tidiedAt = Number.NEGATIVE_INFINITY;
  const work = async () => {
    await bury(await calls.reap(incarnation), calls, log);
    const hinted = await calls.sweep();
    if (hinted > 0) log('info', 'hints_repeated', { sessions: hinted });
    if (performance.now() - tidiedAt < tidyMs) return;
    await tidy(directories, calls, log);
    tidiedAt = performance.now();
  };
  const timer = setInterval(() => {
    round ??= work()
      .catch((error: Error) => log('warn', 'housekeeping_failed', { error: error.message }))
      .finally(() => {
        round = null;
      });
  }, hintMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await round;
    },
  };
}
