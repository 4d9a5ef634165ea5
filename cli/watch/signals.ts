/** Leaving a command that goes on: by Ctrl-C, by a signal, or because nobody reads the output any more. */
import { constants } from 'node:os';
import { exitCodes } from './ending.ts';

/** Left by Ctrl-C. */
export const interruptedCode = 128 + constants.signals.SIGINT;

/** Why it was left, and the exit code of that. */
export class Left extends Error {
  override readonly name = 'Left';
  readonly exitCode: number;
  /** Nobody reads any more. */
  readonly isClosed: boolean;

  constructor(exitCode: number, isClosed = false) {
    super('left');
    this.exitCode = exitCode;
    this.isClosed = isClosed;
  }
}

/**
 * Aborts with a Left when it is time to leave. The first Ctrl-C calls `onInterrupt`, where there is one, and a second one
 * leaves; SIGTERM, SIGHUP and a closed standard output leave at once.
 */
export function leavingSignal(onInterrupt?: () => void): AbortSignal {
  const leaving = new AbortController();
  let interrupts = onInterrupt ? 0 : 1;
  process.on('SIGINT', () => {
    interrupts += 1;
    if (interrupts === 1) onInterrupt?.();
    else leaving.abort(new Left(interruptedCode));
  });
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => leaving.abort(new Left(128 + constants.signals[signal])));
  }
  process.stdout.removeAllListeners('error');
  process.stdout.on('error', () => leaving.abort(new Left(exitCodes.closed, true)));
  return leaving.signal;
}
