/**
 * The Graphile Worker side of a host. A job is only a hint (CORRECTNESS rule 1): its task tells the session's actor and
 * returns at once, and mostly a notification has told it before (wakes.ts). So jobs are fetched in batches, behind the work: each command's own job
 * costs a hundredth of a fetch. Two runners: one for the hints to this host, and one for what any host may do: new sessions that no
 * notification brought to a host, and retention, which may take long.
 */
import { EventEmitter } from 'node:events';
import {
  type CronItem,
  Logger,
  parseCronItems,
  type Runner,
  run,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker';
import type { Pool } from 'pg';
import { type Log, openTask, wakeTask } from '../sql/contract.ts';
import type { Host } from './host.ts';
import { retentionTasks } from './retentionTasks.ts';
import { outliveRunners } from './runnerFaults.ts';
import type { Sessions } from './sessions.ts';
import { listenForWakes, Wakes } from './wakes.ts';

/** Tasks return at once: this is how many may be in that moment together. */
const wakeJobsMax = 4;
/** Of one fetch. What has been heard of is mostly done when its job comes: a hundred at a time cost little more than one. */
const wakeJobsFetched = 100;
/** Between two fetches of a runner, half as long again at most: notifications tell of everything sooner, and jobs of what they did not reach. */
const refetchMs = 500;
/** Two that open sessions beside the two of retention, which may take long. As many are fetched at once: none waits here for long. */
const sharedJobsMax = 4;
/** What a poll finds the sweep would have announced again before, or came while a runner fetched, which it does not hear of then. */
const hintsPerPoll = 5;
const restartMs = 500;
const schema = 'graphile_worker';

interface RunnerOptions {
  taskList: TaskList;
  concurrentJobs: number;
  /** Jobs are announced; a poll only finds what an announcement was lost for. */
  pollMs: number;
  /** Of one fetch. */
  fetchedMax: number;
  /** When jobs are added that nobody else adds: one for all hosts together. */
  cron?: CronItem[];
  /** What else its connection listens for. */
  listen?: (events: WorkerEvents) => void;
}

/** Starts both runners, which come back by themselves after an outage. */
export function startTasks(pool: Pool, host: Host, sessions: Sessions) {
  const { incarnation, config, times, log } = host;
  const stopping = new AbortController();
  outliveRunners(log);
  const wakes = new Wakes((session, control) => sessions.wake(session, control));
  const wake = (payload: unknown) => wakes.work(payload);
  const own = {
    ...{ taskList: { [wakeTask(incarnation)]: wake }, concurrentJobs: wakeJobsMax, fetchedMax: wakeJobsFetched },
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

/** Keeps a runner running: its end or rejection never ends the host. */
function supervise(pgPool: Pool, options: RunnerOptions, log: Log) {
  let runner: Runner | undefined;
  let stopping = false;
  let isDeaf = false;
  const keep = async () => {
    while (!stopping) {
      try {
        const events: WorkerEvents = new EventEmitter();
        isDeaf = false;
        events.on('pool:listen:error', () => {
          isDeaf = true;
        });
        events.on('pool:listen:success', () => {
          isDeaf = false;
        });
        options.listen?.(events);
        runner = await run({ ...runnerOptions(pgPool, options, log), events });
        if (stopping) await runner.stop();
        await runner.promise;
      } catch (error) {
        log('warn', 'runner_ended', { error: (error as Error).message });
      }
      if (!stopping) await new Promise((resolve) => setTimeout(resolve, restartMs));
    }
  };
  const kept = keep();
  // It throws where it has ended by itself.
  const end = () => runner?.stop().catch(() => undefined);
  return {
    /** After a long outage a runner waits up to a minute before it listens again: a fresh one does at once. */
    revive: () => void (isDeaf && end()),
    stop: async () => {
      stopping = true;
      await end();
      await kept;
    },
  };
}

function runnerOptions(pgPool: Pool, options: RunnerOptions, log: Log) {
  return {
    pgPool,
    schema,
    noHandleSignals: true,
    taskList: options.taskList,
    parsedCronItems: parseCronItems(options.cron ?? []),
    logger: loggerOf(log),
    preset: {
      worker: {
        concurrentJobs: options.concurrentJobs,
        pollInterval: options.pollMs,
        completeJobBatchDelay: 50,
        failJobBatchDelay: 50,
        localQueue: {
          size: options.fetchedMax,
          refetchDelay: {
            durationMs: Math.min(refetchMs, options.pollMs),
            threshold: options.fetchedMax - 1,
            maxAbortThreshold: Number.POSITIVE_INFINITY,
          },
        },
      },
    },
  };
}

function loggerOf(log: Log): Logger {
  return new Logger(() => (level, message) => logWorker(log, level, message));
}

/** graphile-worker's own words, kept for whoever looks for them; what went wrong is never hidden. */
function logWorker(log: Log, level: string, message: string): void {
  const known = level === 'error' || level === 'warning';
  log(known ? 'warn' : 'debug', 'graphile_worker', { message });
}
