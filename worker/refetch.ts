/**
 * What a runner of graphile-worker does not hear: while it fetches, and for the pause after a fetch, it drops the announcements of further jobs,
 * which would then wait for its next poll. It is told of them again once the pause is over; so polls may be seldom.
 */
import type { WorkerEvents, WorkerPool } from 'graphile-worker';

/** The channel on which graphile-worker announces jobs. */
const jobsChannel = 'jobs:insert';

/** Has the runner of these events fetch what was announced while it did not hear. */
export function refetchMissed(events: WorkerEvents): void {
  let pool: WorkerPool | undefined;
  let [isFetching, isPausing, isMissed] = [false, false, false];
  const hearAgain = () => {
    isPausing = false;
    if (!isMissed) return;
    [isMissed, isFetching] = [false, true];
    // Behind whatever it does at this moment itself.
    setImmediate(() => pool?.nudge(1));
  };
  events.on('pool:create', ({ workerPool }) => {
    pool = workerPool;
  });
  // It comes before the runner is told. What it hears makes it fetch, and only then is anything missed.
  events.on('pool:listen:notification', ({ message }) => {
    if (message.channel !== jobsChannel) return;
    if (isFetching || isPausing) isMissed = true;
    else isFetching = true;
  });
  events.on('localQueue:getJobs:complete', () => {
    isFetching = false;
  });
  events.on('localQueue:refetchDelay:start', () => {
    isPausing = true;
  });
  events.on('localQueue:refetchDelay:abort', hearAgain);
  events.on('localQueue:refetchDelay:expired', hearAgain);
}
