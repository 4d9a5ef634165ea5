/** What a process has started, ended in the opposite order. */
import type { Log } from '../sql/contract.ts';

/** Takes each part by how it is stopped. */
export class Parts {
  readonly #log: Log;
  readonly #stops: { name: string; stop: () => unknown }[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  add(name: string, stop: () => unknown): void {
    this.#stops.push({ name, stop });
  }

  /** Ends all of them, the last one first; one that fails keeps none of the others running. */
  async stop(): Promise<void> {
    for (let part = this.#stops.pop(); part; part = this.#stops.pop()) {
      try {
        await part.stop();
        this.#log('debug', 'stopped', { part: part.name });
      } catch (error) {
        this.#log('error', 'stop_failed', { part: part.name, error });
      }
    }
  }
}
