/** The hosts of a simulation, by their names: who serves under each now. */

import type { HostSettings } from './hostSettings.ts';
import { SimulatedHost } from './hosts.ts';
import { hostCount } from './schedule.ts';
import type { World } from './world.ts';

export class Fleet {
  /** How many were started. */
  starts = 0;
  readonly #settings: HostSettings;
  readonly #world: World;
  readonly #serving: (SimulatedHost | null)[] = Array.from({ length: hostCount }, () => null);
  readonly #started: SimulatedHost[] = [];
  /** Twins that have not got their name yet. */
  readonly #waiting = new Set<SimulatedHost>();

  constructor(settings: HostSettings, world: World) {
    this.#settings = settings;
    this.#world = world;
  }

  /** The host that serves under this number's name; null where none does. */
  at(host: number): SimulatedHost | null {
    return this.#serving[host] ?? null;
  }

  all(): SimulatedHost[] {
    return this.#serving.filter((host) => host !== null);
  }

  /** Starts a host under this number's name, if none serves under it. */
  start(host: number): SimulatedHost {
    return this.#serving[host] ?? this.#spawn(host);
  }

  /** Starts a second one under the name of one that serves. It is refused, or takes over when that one has gone. */
  twin(host: number): void {
    const serving = this.at(host);
    if (!serving) return;
    const twin = new SimulatedHost(serving.name, this.#settings, this.#world);
    this.#started.push(twin);
    this.#waiting.add(twin);
    void twin.ready().then((ready) => {
      this.#waiting.delete(twin);
      if (ready) this.#takeOver(host, twin);
    });
  }

  /** All names are served by hosts that are ready; twins that still wait for a name wait no longer. */
  async startAll(): Promise<void> {
    for (const twin of this.#waiting) twin.kill();
    for (let host = 0; host < hostCount; ) {
      const started = this.start(host);
      if (await started.ready()) host += 1;
      // Its predecessor was about to end itself: another is started.
      else if (this.#serving[host] === started) this.#serving[host] = null;
    }
  }

  /** It is gone: the name is free. */
  drop(host: number): void {
    this.#serving[host] = null;
  }

  /** Ends all of them, also those that were cut off. */
  async endAll(): Promise<void> {
    for (const twin of this.#waiting) twin.kill();
    for (const host of this.#started) host.letGo();
    await Promise.all(this.#started.map((host) => host.drain().catch(() => undefined)));
    await Promise.all(this.#started.map((host) => host.ended.catch(() => undefined)));
  }

  /** The record has given the name to the twin, because its owner was gone or past its lease. */
  #takeOver(host: number, twin: SimulatedHost): void {
    this.#world.note('world', 'twin_serves', { name: twin.name });
    this.at(host)?.lostName();
    this.#serve(host, twin);
  }

  #spawn(host: number): SimulatedHost {
    const started = new SimulatedHost(`host-${host}`, this.#settings, this.#world);
    this.#started.push(started);
    this.#serve(host, started);
    return started;
  }

  #serve(host: number, started: SimulatedHost): void {
    this.starts += 1;
    this.#serving[host] = started;
    void started.ended.then(() => {
      if (this.#serving[host] === started) this.#serving[host] = null;
    });
  }
}
