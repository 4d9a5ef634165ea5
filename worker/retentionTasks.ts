/**
 * Retention as jobs: cron adds one an hour for all hosts together, any of them takes it, and a job that leaves something to do
 * adds another. They are the only tasks that take long, and may be lost like any job: the next hour has another.
 */
import { type CronItem, type JobHelpers, type Logger, makeWorkerUtils, type TaskList } from 'graphile-worker';
import type { Pool } from 'pg';
import { retentionTask, sessionRetentionTask } from '../sql/contract.ts';
import type { Host } from './host.ts';
import { retain, retainSessions } from './retention.ts';

/** Of each hour: commands first, since what they leave empty goes then. */
const minuteOf = { [retentionTask]: 13, [sessionRetentionTask]: 43 };

/** What a job needs that graphile-worker does not tell it. */
interface RetentionSurroundings {
  pgPool: Pool;
  schema: string;
  logger: Logger;
  /** Aborted when the host stops: between two batches it may. */
  stopping: AbortSignal;
}

type Rounds = Record<string, (helpers: JobHelpers) => Promise<boolean>>;

/** The tasks that this host can do, and when. Only with a key it can remove a session's events. */
export function retentionTasks(host: Host, at: RetentionSurroundings): { taskList: TaskList; cron: CronItem[] } {
  const { calls, log, signer } = host;
  const rounds: Rounds = {
    [retentionTask]: async () => {
      const isDone = await retain(calls, log, at.stopping);
      if (isDone) await cleanQueue(at);
      return isDone;
    },
    ...(signer && { [sessionRetentionTask]: () => retainSessions(calls, signer, log, at.stopping) }),
  };
  const tasks = Object.entries(rounds).map(([task, round]) => [task, untilDone(task, round)]);
  return { taskList: Object.fromEntries(tasks), cron: Object.keys(rounds).map(hourly) };
}

/** One job of the task; another one follows where it leaves something to do. */
function untilDone(task: string, round: Rounds[string]) {
  return async (_payload: unknown, helpers: JobHelpers) => {
    if (!(await round(helpers))) await helpers.addJob(task, {}, { jobKey: task });
  };
}

function hourly(task: string): CronItem {
  const minute = minuteOf[task as keyof typeof minuteOf];
  // What one hour leaves undone the next one does.
  return { task, match: `${minute} * * * *`, options: { maxAttempts: 1, jobKey: task } };
}

/**
 * graphile-worker's own housekeeping. Identifiers of hosts and pools have a job that keeps them (limpet.keep_task): a host remembers
 * their numbers, and would hear of nothing any more.
 */
async function cleanQueue({ pgPool, schema, logger }: RetentionSurroundings): Promise<void> {
  const utils = await makeWorkerUtils({ pgPool, schema, logger });
  try {
    await utils.cleanup({
      tasks: ['DELETE_PERMAFAILED_JOBS', 'GC_JOB_QUEUES', 'GC_TASK_IDENTIFIERS'],
      taskIdentifiersToKeep: [retentionTask, sessionRetentionTask],
    });
  } finally {
    await utils.release();
  }
}
