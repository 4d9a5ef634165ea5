/** What moves in a running host: beats, rounds, jobs and sessions; started together, ended in order. */
import { startCheckpoints } from './audit/checkpoints.ts';
import type { Connections } from './connections.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { Host } from './host.ts';
import { startHousekeeping } from './housekeeping.ts';
import { Leftovers } from './leftovers.ts';
import { Sessions } from './sessions.ts';
import { startTasks } from './tasks.ts';

/** What a host's lifecycle asks of its parts. */
export interface Parts {
  /** For how long the host has had no session. */
  unusedMs(): number;
  /** Ends what runs, in the order that keeps the record true; with `ending` aborted at once, and nothing more is written. */
  end(ending: AbortSignal): Promise<void>;
}

/** Starts all parts. `fenced` is called when the record says that this host was given up. */
export function startParts(host: Host, { jobs, beats }: Connections, fenced: () => void): Parts {
  const { incarnation, config, calls, lease, log, companion, signer, times } = host;
  const sessions = new Sessions(host);
  void host.warm.fill();
  // An answer may have waited for a host that was frozen: what others count began when it was asked for.
  const renewed = () => companion.renewed(lease.leftOf(times.deadlineMs));
  renewed();
  const tasks = startTasks(jobs, host, sessions);
  const housekeeping = startHousekeeping(host, new Leftovers(host));
  const checkpoints = signer && startCheckpoints({ incarnation, calls, config: config.audit, signer, log });
  // A beat that is not answered until the next is better given up and sent again.
  const heartbeat = startHeartbeat(incarnation, times, beats(times.beatMs), lease, log, {
    attempts: () => sessions.attempts(),
    renewed,
    recovered: () => tasks.revive(),
    wake: (waiting) => sessions.wakeAll(waiting),
    due: (due) => {
      housekeeping.hear(due);
      checkpoints?.hear(due);
    },
    fenced,
  });
  return {
    unusedMs: () => sessions.unusedMs,
    end: async (ending) => {
      const cooled = host.warm.stop();
      // Beats go on while commands finish: the lease must not run out on them.
      const drained = tasks.stop().then(() => sessions.drain(config.drainMs));
      await Promise.race([drained, aborted(ending)]);
      if (ending.aborted) await sessions.abandon();
      await Promise.all([cooled, heartbeat.stop(), housekeeping.stop(), checkpoints?.stop()]);
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
