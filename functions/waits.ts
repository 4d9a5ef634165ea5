/**
 * Waiting for a command's end, or for what changes in a session. Two implementations of one interface: here the one for workerd, which has no connection that
 * could listen; on Node cli/edge/listen.ts. Both only say "look again": what is true is read from the database, or
 * told by the transaction that makes it so.
 */
import { type CommandRow, hasEnded } from '../sql/contract.ts';
import { DatabaseUnavailable } from './query.ts';

/** Interest in one command or session. */
export interface Wait {
  /**
   * Resolves when the command may have ended, or the session that is watched has changed, when `timeoutMs` have passed, or when `signal` aborts;
   * false where nothing was told until then. Never rejects.
   */
  ended(timeoutMs: number, signal: AbortSignal): Promise<boolean>;
  /** The command as it ended, where that was told with the news. */
  readonly answer?: CommandRow | undefined;
  /** Ends the interest. */
  release(): void;
}

/** Registers interest in a command's end, before it is submitted, so that no end is missed; or in a session. */
export interface Waits {
  /** True while news are told as they come: only then is it worth it to hold a request until there are some. */
  readonly hears: boolean;
  /** Where to be told how a command ended (`CommandOptions.answer_to`); undefined while nobody listens. */
  readonly answersTo?: string | undefined;
  expect(id: string): Wait;
}

const pollMsMin = 10;
const pollMsMax = 250;
/** However an end was to be announced, it is looked for this often: an announcement is only a hint. */
const lookMs = 5_000;

/** Short sleeps that grow from 10 to 250 ms: a quick command is answered at once, a slow one costs four reads a second. */
export function pollingWaits(): Waits {
  return {
    hears: false,
    expect() {
      let pauseMs = pollMsMin;
      return {
        async ended(timeoutMs, signal) {
          await sleep(Math.min(pauseMs, timeoutMs), signal);
          pauseMs = Math.min(pauseMs * 1.5, pollMsMax);
          return false;
        },
        release() {},
      };
    },
  };
}

/** While the database does not answer, waiters look this often: there may be thousands. */
const unavailableMs = 500;

/**
 * Reads the command until it has ended, `waitMs` have passed or `signal` aborts; gives what was read last. An outage in
 * between is waited out; throws DatabaseUnavailable where it lasts to the end, since what was read before may be old.
 */
export async function untilEnded(
  row: CommandRow,
  read: () => Promise<CommandRow>,
  wait: Wait,
  waitMs: number,
  signal: AbortSignal,
): Promise<CommandRow> {
  const deadline = performance.now() + waitMs;
  let last = row;
  while (!hasEnded(last.state) && !signal.aborted) {
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) break;
    await wait.ended(Math.min(leftMs, lookMs), signal);
    last = await readPatiently(read, deadline, signal);
  }
  return last;
}

/** Reads once the database answers, at the latest before `deadline`; throws DatabaseUnavailable then. */
export async function readPatiently<Row>(
  read: () => Promise<Row>,
  deadline: number,
  signal: AbortSignal,
): Promise<Row> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const isOver = signal.aborted || performance.now() + unavailableMs > deadline;
      if (!(error instanceof DatabaseUnavailable) || isOver) throw error;
      await sleep(unavailableMs, signal);
    }
  }
}

/** Resolves after `ms`, or as soon as `signal` aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, ms));
    signal.addEventListener('abort', done);
  });
}
