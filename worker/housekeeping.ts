/** What any live host does for all: bury what died with its host, and repeat hints that were lost. */
import { type Log, limits } from '../sql/contract.ts';
import type { HostCalls } from '../sql/host.ts';

/** Buries sessions one a transaction, in the order given. Returns how many. */
export async function bury(sessions: string[], calls: HostCalls, log: Log): Promise<number> {
  for (const session of sessions) {
    await calls.burySession(session);
    log('warn', 'session_buried', { session_id: session });
  }
  return sessions.length;
}

/** Starts the round of reaping and sweeping; a failed round is logged, and the next one comes anyway. */
export function startHousekeeping(incarnation: string, calls: HostCalls, log: Log): { stop(): Promise<void> } {
  let round: Promise<void> | null = null;
  const work = async () => {
    await bury(await calls.reap(incarnation), calls, log);
    const hinted = await calls.sweep();
    if (hinted > 0) log('info', 'hints_repeated', { sessions: hinted });
  };
  const timer = setInterval(() => {
    round ??= work()
      .catch((error: Error) => log('warn', 'housekeeping_failed', { error: error.message }))
      .finally(() => {
        round = null;
      });
  }, limits.hintMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await round;
    },
  };
}
