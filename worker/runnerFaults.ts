/**
 * A runner of graphile-worker that was told to stop, and whose connection breaks while it gives jobs back, rejects where nobody can wait for
 * it, which would end the process and every shell with it. The jobs are only hints: it is logged, and that is all.
 */
import type { Log } from '../sql/contract.ts';

let tell: Log | undefined;

/** Keeps such a rejection from ending the process, from the first call on. Any other one ends it as before. */
export function outliveRunners(log: Log): void {
  if (tell === undefined) process.on('unhandledRejection', judge);
  tell = log;
}

/** Throws what is none of a runner's. */
function judge(error: unknown): void {
  if (!(error instanceof Error) || !/[\\/]graphile-worker[\\/]/.test(error.stack ?? '')) throw error;
  tell?.('warn', 'runner_rejected', { error: error.message });
}
