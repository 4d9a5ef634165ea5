/** What may go wrong with a session on this host, and what comes of it. */
import { isFenced, untilAnswered } from './database.ts';
import type { Host } from './host.ts';

/** Repeats calls, waits for work and logs, for all parts of one actor. */
export class SessionFaults {
  readonly #host: Host;
  readonly #session: string;
  readonly #fenced: () => Promise<void>;

  /** `fenced`: the session is no longer ours. */
  constructor(host: Host, session: string, fenced: () => Promise<void>) {
    this.#host = host;
    this.#session = session;
    this.#fenced = fenced;
  }

  /** Calls until the database answers, or this host ends. */
  answered<Result>(call: () => Promise<Result>): Promise<Result> {
    return untilAnswered(call, this.#host.log, this.#host.ending);
  }

  /** Waits for work. What is fenced ends the actor; any other fault is logged, and a beat, the sweep or the next hint wakes it again, unless the host was given up. */
  async guard(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      const isExpected = isFenced(error) || this.#host.ending.aborted;
      this.log(isExpected ? 'warn' : 'error', 'session_failed', { error: (error as Error).stack });
      if (isFenced(error)) await this.#fenced();
    }
  }

  log(level: 'info' | 'warn' | 'error', event: string, fields: Record<string, unknown>): void {
    this.#host.log(level, event, { session_id: this.#session, ...fields });
  }
}
