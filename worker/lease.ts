/**
 * The lease as its holder sees it: counted on this machine's monotonic clock, from before the beat was sent, so it ends
 * here no later than in the database.
 */
export class Lease {
  #until = Number.NEGATIVE_INFINITY;
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
  }

  /** Whether something new may be started now. */
  get held(): boolean {
    return this.#now() < this.#until;
  }
}
