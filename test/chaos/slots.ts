/** The hosts of a chaos run: each has a name and a directory, and is started again whenever it has ended, as a service is. */
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { makeDirectory } from '../support/directory.ts';
import type { HostProcess } from '../support/host.ts';
import type { Fleet } from '../support/openFleet.ts';

/** Between the end of a host and its next start. */
const againMs = 500;

export class Slot {
  readonly name: string;
  host: HostProcess | null = null;
  /** How often it was started. */
  starts = 0;
  readonly #fleet: Fleet;
  readonly #workDir: string;
  #stopping = false;
  #kept: Promise<void> = Promise.resolve();

  private constructor(name: string, fleet: Fleet, workDir: string) {
    this.name = name;
    this.#fleet = fleet;
    this.#workDir = workDir;
  }

  /** Starts its host, and keeps one running. */
  static async open(name: string, fleet: Fleet): Promise<Slot> {
    const slot = new Slot(name, fleet, await makeDirectory());
    await slot.#start();
    slot.#kept = slot.#keep();
    return slot;
  }

  /** Ends it for good, and what it has written. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.host?.remove();
    await this.#kept;
    await rm(this.#workDir, { recursive: true, force: true });
  }

  async #keep(): Promise<void> {
    while (!this.#stopping) {
      await this.host?.ended;
      this.host = null;
      await delay(againMs);
      // It ends at once where Postgres is away, or its name is still another's.
      if (!this.#stopping) await this.#start().catch(() => undefined);
    }
  }

  async #start(): Promise<void> {
    this.starts += 1;
    this.host = await this.#fleet.host(this.name, { workDir: this.#workDir });
    if (this.#stopping) await this.host.remove();
  }
}
