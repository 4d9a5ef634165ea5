/** One runner of graphile-worker, kept running: its end or rejection never ends the host and its shells. */
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
import type { Log } from '../sql/contract.ts';
import { refetchMissed } from './refetch.ts';

/** Between two fetches of a runner, half as long again at most: notifications tell of everything sooner, and jobs of what they did not reach. */
const refetchMs = 500;
const restartMs = 500;
/** Where graphile-worker lives. */
export const schema = 'graphile_worker';

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

/** Keeps a runner running until `stop`. */
export function supervise(pgPool: Pool, options: RunnerOptions, log: Log) {
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
        refetchMissed(events);
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

/** graphile-worker logs through ours. */
export function loggerOf(log: Log): Logger {
  return new Logger(() => (level, message) => logWorker(log, level, message));
}

/** graphile-worker's own words, kept for whoever looks for them; what went wrong is never hidden. */
function logWorker(log: Log, level: string, message: string): void {
  const known = level === 'error' || level === 'warning';
  log(known ? 'warn' : 'debug', 'graphile_worker', { message });
}
