/** When this process itself stood still, as on a machine that is too busy: what hosts then miss has a cause. */

const tickMs = 20;

export class Stalls {
  readonly #seen: { at: number; ms: number }[] = [];
  #tickedAt = performance.now();
  readonly #timer = setInterval(() => this.#tick(), tickMs);

  /** How long it stood still, all in all, since that moment. */
  since(at: number): number {
    this.#tick();
    return this.#seen.filter((stall) => stall.at > at).reduce((sum, { ms }) => sum + ms, 0);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = performance.now();
    const ms = now - this.#tickedAt - tickMs;
    if (ms > tickMs) this.#seen.push({ at: now, ms });
    this.#tickedAt = now;
  }
}
