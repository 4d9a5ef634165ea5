/** What any live host does for all: bury what died with its host, repeat hints that were lost; and tidy its own disk. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../sql/contract.ts';
import type { Due, HostCalls } from '../sql/host.ts';
import { backlogMs, foldUsage, indexSearch } from './backlog.ts';
import type { Directories } from './directories.ts';
import type { Host } from './host.ts';
import type { Leftovers } from './leftovers.ts';

/** Nobody waits for disk to be tidied. */
const tidyMs = 5 * 60_000;
/** What a dead host left may be at work; looking for it may cost a query, and a walk through all processes. */
const leftoversMs = 10_000;
/** What a backlog gets besides the ends of commands, such as what was removed or came late, waits for so long at most. */
const backlogMsMax = 5 * 60_000;
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
async function tidy(directories: Directories, calls: HostCalls, log: Log): Promise<void> {
  const closed = await calls.closedAmong(await directories.homes.list());
  for (const session of closed) await directories.homes.remove(session);
  await directories.homes.removeWarmOfOld(directories.runs);
  if (closed.length > 0) log('info', 'directories_removed', { sessions: closed.length });
}

/** The rounds of reaping and sweeping. */
interface Housekeeping {
  /** A beat was told what there is to do: a round begins, and others follow until there is nothing more. */
  hear(due: Due): void;
  /** Resolves once no round is under way. */
  stop(): Promise<void>;
}

/** Starts when it is told of something; a failed round is logged, and the next beat tells of it anyway. */
export function startHousekeeping(
  { incarnation, times, calls, directories, log }: Host,
  leftovers: Leftovers,
): Housekeeping {
  const stopping = new AbortController();
  const { signal } = stopping;
  const seldom = [
    every(leftoversMs, ({ unseen }) => leftovers.end(unseen)),
    every(backlogMs, () => workOff(calls), { msMax: backlogMsMax, isWanted: ({ ended }) => ended }),
    every(tidyMs, () => tidy(directories, calls, log)),
  ];
  const round = async (due: Due) => {
    if (due.dead) await bury(await calls.reap(incarnation), calls, log);
    const [hinted, expired] = [due.waiting ? await sweep(calls) : 0, due.queued ? await calls.expire() : 0];
    if (hinted > 0) log('info', 'hints_repeated', { sessions: hinted });
    if (expired > 0) log('warn', 'commands_expired', { commands: expired });
    for (const task of seldom) await task(due);
  };
  const work = async (found: Due) => {
    for (let due = found; ; due = await calls.findDue()) {
      await round(due);
      // Where nothing waits the beats look: nothing else is asked of an idle database.
      if (!due.dead && !due.waiting && !due.queued) return;
      await sleep(times.hintMs, undefined, { signal });
    }
  };
  let working: Promise<void> | null = null;
  return {
    hear: (due) => {
      if (signal.aborted) return;
      working ??= work(due)
        .catch((error: Error) => void (signal.aborted || log('warn', 'housekeeping_failed', { error: error.message })))
        .finally(() => {
          working = null;
        });
    },
    stop: async () => {
      stopping.abort();
      await working;
    },
  };
}

/** What commands leave to be done behind the work. */
async function workOff(calls: HostCalls): Promise<void> {
  await indexSearch(calls);
  await foldUsage(calls);
}

/** One session a transaction, so that nobody waits for two of their jobs at once. Returns how many. */
async function sweep(calls: HostCalls): Promise<number> {
  for (let hinted = 0; hinted < sweptMax; hinted += 1) {
    if ((await calls.sweep(1)) === 0) return hinted;
  }
  return sweptMax;
}

/** Does it in the first round, and then as soon as so much time has passed; `isWanted`: where it is not, only after `msMax`. */
function every(
  ms: number,
  task: (due: Due) => Promise<void>,
  { msMax = ms, isWanted = () => true }: { msMax?: number; isWanted?: (due: Due) => boolean } = {},
): (due: Due) => Promise<void> {
  let doneAt = Number.NEGATIVE_INFINITY;
  return async (due) => {
    if (performance.now() - doneAt < (isWanted(due) ? ms : msMax)) return;
    await task(due);
    doneAt = performance.now();
  };
}
