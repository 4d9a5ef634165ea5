/**
 * The lease as its holder sees it: counted on this machine's monotonic clock, from before the beat was sent, so it ends
 * here no later than in the database.
 */
export class Lease {
  #until = Number.NEGATIVE_INFINITY;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #waiters: (() => void)[] = [];
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The moment to pass to `renewed`, taken before the beat is sent. */
  now(): number {
    return this.#now();
  }

  /** A beat that was sent at `sentAt` was answered. */
  renewed(sentAt: number, leaseMs: number): void {
    this.#until = Math.max(this.#until, sentAt + leaseMs);
    this.#renewedAt = Math.max(this.#renewedAt, sentAt);
    if (this.held) for (const waiter of this.#waiters.splice(0)) waiter();
  }

  /** Whether something new may be started now. */
  get held(): boolean {
    return this.#now() < this.#until;
  }

  /** What is left of `ms`, counted from when the last beat that was answered was sent; 0 where they are over. */
  leftOf(ms: number): number {
    return Math.max(0, this.#renewedAt + ms - this.#now());
  }

  /** Whether no beat that was sent within the last `ms` was answered. */
  isOverdue(ms: number): boolean {
    return this.leftOf(ms) === 0;
  }

  /** Resolves once the lease is held; rejects with the signal's reason when that aborts first. */
  async untilHeld(signal: AbortSignal): Promise<void> {
    while (!this.held) {
      signal.throwIfAborted();
      const renewed = Promise.withResolvers<void>();
      this.#waiters.push(renewed.resolve);
      signal.addEventListener('abort', () => renewed.resolve(), { once: true });
      await renewed.promise;
    }
  }
}
