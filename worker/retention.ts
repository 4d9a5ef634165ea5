/**
 * Removes what is no longer kept (limit.keep_ms): ended commands, then what nobody will ask for again; and, on a host that holds a key,
 * whole sessions with their events, for which a signed tombstone stays. In small transactions, told in the log and in the record.
 */
import type { Signer } from '../audit/keys.ts';
import type { Log } from '../sql/contract.ts';
import type { HostCalls } from '../sql/host.ts';
import { removeEvents } from './audit/removal.ts';

/** What is left then is gone on with by another job: a long history must not keep one worker for hours. */
const batchesMax = 200;

type Calls = Pick<HostCalls, 'removeCommands' | 'removeLeftovers'>;

/** Removes commands and leftovers until nothing is due, or `stopping` aborts. False where there is more to do. */
export async function retain(calls: Calls, log: Log, stopping: AbortSignal): Promise<boolean> {
  const removed = { commands: 0, bytes: 0 };
  const isDone = await inBatches(stopping, async (cursor) => {
    const { commands, bytes, next } = await calls.removeCommands(cursor);
    removed.commands += commands;
    removed.bytes += bytes;
    return next;
  });
  if (removed.commands > 0) log('info', 'commands_removed', removed);
  if (!isDone) return false;
  const leftovers = await calls.removeLeftovers();
  if (Object.values(leftovers).some((count) => count > 0)) log('info', 'leftovers_removed', { ...leftovers });
  return true;
}

/** Removes closed sessions of which no command is left, with their events. False where there is more to do. */
export async function retainSessions(
  calls: HostCalls,
  signer: Signer,
  log: Log,
  stopping: AbortSignal,
): Promise<boolean> {
  const removed = { sessions: 0, events: 0 };
  const isDone = await inBatches(stopping, async (cursor) => {
    const { sessions, next } = await calls.findRemovableSessions(cursor);
    for (const session of sessions) {
      if (stopping.aborted) break;
      removed.events += await removeEvents(calls, signer, session, Number.MAX_SAFE_INTEGER);
      // What no checkpoint covers yet keeps its session until the next round.
      if (await calls.removeSession(session)) removed.sessions += 1;
    }
    return next;
  });
  if (removed.sessions + removed.events > 0) log('info', 'sessions_removed', removed);
  return isDone;
}

/** Goes on from cursor to cursor. False where it stopped before the end. */
async function inBatches(stopping: AbortSignal, batch: (cursor: string | null) => Promise<string | null>) {
  let cursor: string | null = null;
  for (let batches = 0; batches < batchesMax && !stopping.aborted; batches += 1) {
    cursor = await batch(cursor);
    if (cursor === null) return true;
  }
  return false;
}
