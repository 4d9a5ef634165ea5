/**
 * The Graphile Worker side of a host. A job is only a hint, the row decides: its task tells the session's actor and
 * returns at once, and mostly a notification has told it before (wakes.ts). So jobs are fetched in batches, behind the work: each command's own job
 * costs a hundredth of a fetch. Two runners: one for the hints to this host, and one for what any host may do: new sessions that no
 * notification brought to a host, and retention, which may take long.
 */
import type { WorkerEvents } from 'graphile-worker';
import type { Pool } from 'pg';
import { openTask, wakeTask } from '../sql/contract.ts';
import type { Host } from './host.ts';
import { retentionTasks } from './retentionTasks.ts';
import { loggerOf, schema, supervise } from './runner.ts';
import { outliveRunners } from './runnerFaults.ts';
import type { Sessions } from './sessions.ts';
import { listenForWakes, Wakes } from './wakes.ts';

/** Tasks return at once: this is how many may be in that moment together. */
const wakeJobsMax = 4;
/** Of one fetch. What has been heard of is mostly done when its job comes: a hundred at a time cost little more than one. */
const wakeJobsFetched = 100;
/** Two that open sessions beside the two of retention, which may take long. As many are fetched at once: none waits here for long. */
const sharedJobsMax = 4;
/** Hints that were lost the sweep repeats long before. What a poll finds is a job that failed and is to be tried again, or of which nobody was told. */
const hintsPerPoll = 30;

/** Starts both runners, which come back by themselves after an outage. */
export function startTasks(pool: Pool, host: Host, sessions: Sessions) {
  const { incarnation, config, times, log } = host;
  const stopping = new AbortController();
  outliveRunners(log);
  const wakes = new Wakes((session, control) => sessions.wake(session, control));
  const wake = (payload: unknown) => wakes.work(payload);
  const own = {
    taskList: { [wakeTask(incarnation)]: wake },
    concurrentJobs: wakeJobsMax,
    fetchedMax: wakeJobsFetched,
    listen: (events: WorkerEvents) => listenForWakes(events, wakes, incarnation, log),
  };
  const retention = retentionTasks(host, { pgPool: pool, schema, logger: loggerOf(log), stopping: stopping.signal });
  const taskList = { [openTask(config.pool)]: wake, ...retention.taskList };
  const shared = { taskList, concurrentJobs: sharedJobsMax, fetchedMax: sharedJobsMax, cron: retention.cron };
  const runners = [own, shared].map((options) =>
    supervise(pool, { ...options, pollMs: times.hintMs * hintsPerPoll }, log),
  );
  return {
    /** Postgres answers again: who still waits to listen need not wait longer. */
    revive: () => {
      for (const runner of runners) runner.revive();
    },
    /** Resolves once no job is under way; none is taken from now on. */
    stop: async () => {
      stopping.abort();
      await Promise.all(runners.map((runner) => runner.stop()));
    },
  };
}
