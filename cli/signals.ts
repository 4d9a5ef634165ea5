/** Being asked to stop. */
import type { Log } from '../sql/contract.ts';

/**
 * Aborts on the first SIGINT, SIGTERM or SIGHUP. Further ones change nothing: a terminal and npm may both pass on the
 * same Ctrl-C, and an impatient second one must not leave a database half stopped.
 */
export function stopSignal(log: Log): AbortSignal {
  const asked = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!asked.signal.aborted) log('info', 'stopping', { signal });
      asked.abort(new Stopped());
    });
  }
  return asked.signal;
}

/** The reason of an abort by a signal: an end that was asked for, not a failure. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** What `work` gives, unless the signal comes first: then it rejects with the signal's reason and nobody waits for `work`. */
export async function unlessAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    work.catch(() => {}); // abandoned work may fail later, which is nobody's concern any more
  }
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
