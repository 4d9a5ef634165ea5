/** Waiting for more of a command: where news are told it comes at once, elsewhere it is looked for again and again. */
import { sleep, type Wait, type Waits } from './waits.ts';

/** While output comes it is read this often, so that what is written meanwhile is read together; where news are not told … */
const pauseMsMin = 20;
/** … it is looked for more and more rarely while nothing comes. */
const pauseMsMax = 200;
/** However news were to be told, it is looked for this often: a notification is only a hint. */
const lookMs = 5_000;
/** What is watched is told for a minute (watch_command.sql). */
const renewMs = 20_000;

interface FollowOptions {
  waits: Waits;
  /** The command. */
  id: string;
  /** Has news be told, by the session's id; `told`: they were told before. */
  watch(): Promise<{ session_id: string; told: boolean }>;
  signal: AbortSignal;
}

/** Interest in one command; to be made before the first look at it, and released. */
export class Following {
  readonly #options: FollowOptions;
  readonly #end: Wait;
  #changes: Wait | undefined;
  #isTold = false;
  #watchedAt = Number.NEGATIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #pauseMs = pauseMsMin;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#end = options.waits.expect(options.id);
  }

  /** Resolves when it is worth looking again, at the latest after `mostMs`; `isQuiet`: the last look found nothing new. Rejects as `watch` does. */
  async news(isQuiet: boolean, mostMs = lookMs): Promise<void> {
    const { waits, signal } = this.#options;
    this.#pauseMs = isQuiet ? Math.min(this.#pauseMs * 1.5, pauseMsMax) : pauseMsMin;
    if (waits.hears) await this.#hear(mostMs);
    else await this.#end.ended(Math.min(this.#pauseMs, mostMs), signal);
    this.#lookedAt = performance.now();
  }

  release(): void {
    this.#end.release();
    this.#changes?.release();
  }

  async #hear(mostMs: number): Promise<void> {
    const { signal } = this.#options;
    const changes = await this.#watch();
    // Before it was watched something may have been committed without a word.
    await changes.ended(Math.min(this.#isTold ? lookMs : pauseMsMin, mostMs), signal);
    const earlyMs = this.#lookedAt + pauseMsMin - performance.now();
    if (earlyMs > 0) await sleep(Math.min(earlyMs, mostMs), signal);
  }

  async #watch(): Promise<Wait> {
    const { waits, watch } = this.#options;
    if (this.#changes && this.#isTold && performance.now() - this.#watchedAt < renewMs) return this.#changes;
    const { session_id, told } = await watch();
    this.#isTold = told;
    this.#watchedAt = performance.now();
    this.#changes ??= waits.expect(session_id);
    return this.#changes;
  }
}
