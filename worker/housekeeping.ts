/** What any live host does for all: bury what died with its host, repeat hints that were lost; and tidy its own disk. */
import type { Log } from '../sql/contract.ts';
import type { HostCalls } from '../sql/host.ts';
import { backlogMs, foldUsage, indexSearch } from './backlog.ts';
import type { Directories } from './directories.ts';
import type { Host } from './host.ts';
import type { Leftovers } from './leftovers.ts';

/** Nobody waits for disk to be tidied. */
const tidyMs = 5 * 60_000;
/** What a dead host left may be at work; looking for it costs a query, and sometimes a walk through all processes. */
const leftoversMs = 10_000;
/** Sessions whose hints one round repeats: more may be lost, and the next round comes soon. */
const sweptMax = 200;

/** Buries sessions one a transaction, in the order given. Returns how many. */
export async function bury(sessions: string[], calls: HostCalls, log: Log): Promise<number> {
  for (const session of sessions) {
    await calls.burySession(session);
    log('warn', 'session_buried', { session_id: session });
  }
  return sessions.length;
}

/** Sessions that were closed while no host had them leave their directories behind, and so do shells that waited for one when their host died: they are removed. */
export async function tidy(directories: Directories, calls: HostCalls, log: Log): Promise<void> {
  const closed = await calls.closedAmong(await directories.homes.list());
  for (const session of closed) await directories.homes.remove(session);
  await directories.homes.removeWarmOfOld(directories.runs);
  if (closed.length > 0) log('info', 'directories_removed', { sessions: closed.length });
}

/** Starts the round of reaping and sweeping; a failed round is logged, and the next one comes anyway. */
export function startHousekeeping({ incarnation, times, calls, directories, log }: Host, leftovers: Leftovers) {
  let round: Promise<void> | null = null;
  const rarely = [
    every(leftoversMs, () => leftovers.end()),
    every(backlogMs, () => indexSearch(calls)),
    every(backlogMs, () => foldUsage(calls)),
    every(tidyMs, () => tidy(directories, calls, log)),
  ];
  const work = async () => {
    const due = await calls.findDue();
    if (due.dead) await bury(await calls.reap(incarnation), calls, log);
    const [hinted, expired] = [due.waiting ? await sweep(calls) : 0, due.queued ? await calls.expire() : 0];
    if (hinted > 0) log('info', 'hints_repeated', { sessions: hinted });
    if (expired > 0) log('warn', 'commands_expired', { commands: expired });
    for (const task of rarely) await task();
  };
  const timer = setInterval(() => {
    round ??= work()
      .catch((error: Error) => log('warn', 'housekeeping_failed', { error: error.message }))
      .finally(() => {
        round = null;
      });
  }, times.hintMs);
  return {
    /** Resolves once no round is under way. */
    stop: async (): Promise<void> => {
      clearInterval(timer);
      await round;
    },
  };
}

/** One session a transaction, so that nobody waits for two of their jobs at once. Returns how many. */
async function sweep(calls: HostCalls): Promise<number> {
  for (let hinted = 0; hinted < sweptMax; hinted += 1) {
    if ((await calls.sweep(1)) === 0) return hinted;
  }
  return sweptMax;
}

/** Does it in the first round, and then as soon as so much time has passed. */
function every(ms: number, task: () => Promise<void>): () => Promise<void> {
  let doneAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - doneAt < ms) return;
    await task();
    doneAt = performance.now();
  };
}
