/** The hosts of a simulation: real ones, each on a gate, with scripted shells and a companion in this process. */
import type { Log } from '../../sql/contract.ts';
import { type RunningHost, startHost } from '../../worker/index.ts';
import { SimulatedCompanion } from './companion.ts';
import { Failures, type HostPool } from './connection.ts';
import { Gate } from './gate.ts';
import type { HostSettings } from './hostSettings.ts';
import { surroundingsOf } from './hostSurroundings.ts';
import type { ScriptedShell } from './shell.ts';
import { Verdicts } from './verdicts.ts';
import type { World } from './world.ts';

const unwindMs = 20;

/** One start of a host. */
export class SimulatedHost {
  readonly name: string;
  readonly failures = new Failures();
  /** Resolves when it has ended and its connections are gone. */
  readonly ended: Promise<void>;
  incarnation = '';
  /** Opening a shell fails this many times. */
  shellRefusals = 0;
  /** Its connections, once it has some. */
  pools: HostPool[] = [];
  readonly #world: World;
  readonly #gate = new Gate();
  readonly #companion: SimulatedCompanion;
  readonly #verdicts: Verdicts;
  readonly #starting: Promise<RunningHost | null>;

  constructor(name: string, settings: HostSettings, world: World) {
    this.name = name;
    this.#world = world;
    this.#companion = new SimulatedCompanion(world, this.#gate, settings.withoutCompanion);
    this.#verdicts = new Verdicts(name, world, this.#companion);
    const { withoutCompanion, ...given } = settings;
    const config = { ...given, sandbox: 'none' as const, name, graceMs: 0, drainMs: 200, warmShells: 0 };
    const has = { world, gate: this.#gate, failures: this.failures, companion: this.#companion, withoutCompanion };
    const around = surroundingsOf(this, { ...has, log: this.#log });
    this.#starting = startHost(config, this.#log, around).catch((error: Error) => this.#notStarted(error));
    this.ended = this.#starting.then((host) => host?.closed).then(() => undefined);
  }

  /** Resolves once it takes work; false where it could not start. */
  async ready(): Promise<boolean> {
    return (await this.#starting) !== null;
  }

  /** Ends the process at once, as kill -9 does. The companion sees that and acts, if there is one at that moment. */
  kill(reason = 'it was killed'): void {
    this.#cut(reason);
    if (!this.#companion.isGone) this.#companion.hostGone();
    else for (const shell of this.#shells()) shell.orphan();
  }

  /** The same with the companion: its idle shells end, what runs goes on. */
  killBoth(): void {
    this.#companion.kill();
    this.kill('it was killed with its companion');
  }

  /** The whole machine goes. */
  vanish(): void {
    this.#companion.kill();
    this.#cut('its machine vanished');
    for (const shell of this.#shells()) shell.die();
  }

  /** The companion alone is killed: the host starts another. */
  killCompanion(): void {
    this.#companion.kill();
  }

  /** Another process has taken its name. */
  lostName(): void {
    if (this.incarnation === '') this.kill();
    else this.#verdicts.ofLostName(this.incarnation);
  }

  freeze(): void {
    this.#gate.freeze();
  }

  thaw(): void {
    this.#gate.thaw();
  }

  /** The simulation is over: what is left of it may end. */
  letGo(): void {
    this.#gate.letGo();
  }

  /** SIGTERM: resolves when it has drained. */
  async drain(): Promise<void> {
    await (await this.#starting)?.stop();
  }

  backends(): number[] {
    return this.pools.flatMap((pool) => pool.backends());
  }

  #shells(): ScriptedShell[] {
    return [...this.#world.shells].filter(({ incarnation }) => incarnation === this.incarnation);
  }

  #cut(reason: string): void {
    this.#world.excuse(this.incarnation, reason);
    this.#gate.kill();
    for (const pool of this.pools) pool.cut();
    // Its timers and promises are let go once its connections are seen to be broken; nothing of it has any effect.
    setTimeout(() => this.#companion.unwind(), unwindMs);
  }

  #notStarted(error: Error): null {
    this.#world.note(this.name, 'not_started', { error: error.message });
    return null;
  }

  readonly #log: Log = (level, event, fields = {}) => {
    if (this.#gate.killed) return;
    this.#world.note(this.name, event, { incarnation: this.incarnation, ...fields });
    this.#verdicts.ofLog(this.incarnation, level, event, fields);
  };
}
