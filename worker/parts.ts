/** What moves in a running host: beats, rounds, jobs and sessions; started together, ended in order. */
import type { Pool } from 'pg';
import { startHeartbeat } from './heartbeat.ts';
import type { Host } from './host.ts';
import { startHousekeeping } from './housekeeping.ts';
import { Sessions } from './sessions.ts';
import { startTasks } from './tasks.ts';

/** Before the record may give the sessions away, the companion needs this long to end the shells. */
const companionMarginMs = 8_000;

export interface Parts {
  /** Ends what runs, in the order that keeps the record true. */
  end(fenced: boolean): Promise<void>;
}

/** Starts all parts. `fenced` is called when the record says that this host was given up. */
export function startParts(
  host: Host,
  jobs: Pool,
  times: { leaseMs: number; fenceAfterMs: number },
  fenced: () => void,
): Parts {
  const { incarnation, config, calls, lease, log, companion } = host;
  const sessions = new Sessions(host);
  const renewed = () => companion.renewed(times.fenceAfterMs - companionMarginMs);
  renewed();
  const heartbeat = startHeartbeat(incarnation, times.leaseMs, calls, lease, log, {
    attempts: () => sessions.attempts(),
    renewed,
    wake: (waiting) => sessions.wakeAll(waiting),
    fenced,
  });
  const housekeeping = startHousekeeping(incarnation, calls, host.directories, log);
  const tasks = startTasks(jobs, incarnation, config.pool, sessions, log);
  return {
    end: async (given) => {
      // Beats go on while commands finish: the lease must not run out on them.
      await tasks.stop();
      await (given ? sessions.abandon() : sessions.drain(config.drainMs));
      await Promise.all([heartbeat.stop(), housekeeping.stop()]);
    },
  };
}
