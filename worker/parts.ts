/** What moves in a running host: beats, rounds, jobs and sessions; started together, ended in order. */
import type { Pool } from 'pg';
import { startHeartbeat } from './heartbeat.ts';
import type { Host } from './host.ts';
import { startHousekeeping } from './housekeeping.ts';
import { Sessions } from './sessions.ts';
import { startTasks } from './tasks.ts';

/** Of the time until the record may give the sessions away; the rest of it is for the companion to end the shells. */
const companionShare = 0.8;

export interface Parts {
  /** Ends what runs, in the order that keeps the record true. */
  end(fenced: boolean): Promise<void>;
}

/** Starts all parts. `fenced` is called when the record says that this host was given up. */
export function startParts(host: Host, jobs: Pool, fenced: () => void): Parts {
  const { incarnation, config, calls, lease, log, companion, times } = host;
  const sessions = new Sessions(host);
  const renewed = () => companion.renewed(times.fenceAfterMs * companionShare);
  renewed();
  const heartbeat = startHeartbeat(incarnation, times, calls, lease, log, {
    attempts: () => sessions.attempts(),
    renewed,
    wake: (waiting) => sessions.wakeAll(waiting),
    fenced,
  });
  const housekeeping = startHousekeeping(incarnation, times.hintMs, calls, host.directories, log);
  const tasks = startTasks(jobs, host, sessions);
  return {
    end: async (given) => {
      // Beats go on while commands finish: the lease must not run out on them.
      await tasks.stop();
      await (given ? sessions.abandon() : sessions.drain(config.drainMs));
      await Promise.all([heartbeat.stop(), housekeeping.stop()]);
    },
  };
}
