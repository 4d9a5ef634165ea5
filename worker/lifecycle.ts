/** From the first beat to the last word: a host's parts run until it is stopped, or given up by the record. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connections } from './connections.ts';
import type { Host } from './host.ts';
import { bury } from './housekeeping.ts';
import { type Parts, startParts } from './parts.ts';
import { leftSpools } from './spool.ts';

/** Beyond `drainMs` and the grace: for storing what ended and handing sessions over, also through a short outage. */
const handOverMs = 10_000;
const closeMs = 2_000;

interface Lifecycle {
  /** Drains, or with `fenced` gives all up at once, also in the middle of draining. Resolves when nothing is left. */
  finish(fenced: boolean): Promise<void>;
  readonly closed: Promise<{ fenced: boolean }>;
  unusedMs(): number;
}

/** Runs the host's parts until `finish`. `ending` is aborted when nothing is worth repeating any more. */
export function live(host: Host, connections: Connections, ending: AbortController): Lifecycle {
  const closed = Promise.withResolvers<{ fenced: boolean }>();
  let finishing: Promise<void> | undefined;
  const finish = (fenced: boolean): Promise<void> => {
    if (fenced) ending.abort(new Error('This host was given up.'));
    finishing ??= end(host, connections, parts, ending).finally(() =>
      closed.resolve({ fenced: ending.signal.aborted }),
    );
    return finishing;
  };
  const parts = startParts(host, connections, () => void finish(true));
  return { finish, closed: closed.promise, unusedMs: parts.unusedMs };
}

async function end(host: Host, connections: Connections, parts: Parts, ending: AbortController): Promise<void> {
  const { incarnation, calls, config, log, companion, directories } = host;
  const isFenced = ending.signal.aborted;
  log(isFenced ? 'warn' : 'info', isFenced ? 'host_fenced' : 'host_draining', { incarnation });
  if (!isFenced)
    await calls.drainHost(incarnation).catch((error: Error) => log('warn', 'drain_not_told', { error: error.message }));
  const giveUp = () => ending.abort(new Error('This host could not hand its sessions over in time.'));
  const late = setTimeout(giveUp, config.drainMs + config.graceMs + handOverMs);
  await parts.end(ending.signal);
  clearTimeout(late);
  // Where the record could not be told, the companion goes on, and needs what is there.
  if (await confirmDeath(host)) {
    await companion.dismiss();
    await directories.removeRun();
  } else companion.leave();
  // A runner that was not waited for may still hold some of them.
  await Promise.race([connections.close(), sleep(closeMs, undefined, { ref: false })]);
  log('info', 'host_stopped', { incarnation });
}

/** The shells are gone: whoever waits for that in the record need not wait for the lease to end. */
async function confirmDeath({ incarnation, calls, log, directories }: Host): Promise<boolean> {
  try {
    const sessions = await calls.confirmDeath(incarnation);
    const left = leftSpools(directories.run, log);
    if (left && left.attempts.length > 0) await calls.discardOutput(incarnation, left.attempts, left.bytes);
    await bury(sessions, calls, log);
    return left !== null;
  } catch (error) {
    log('warn', 'death_not_confirmed', { error: (error as Error).message });
    return false;
  }
}
