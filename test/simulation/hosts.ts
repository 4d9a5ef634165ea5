/** The hosts of a simulation: real ones, each on a gate, with scripted shells and a companion in this process. */
import type { Log } from '../../sql/contract.ts';
import { hostCalls } from '../../sql/host.ts';
import type { PoolSize } from '../../worker/database.ts';
import { type RunningHost, startHost } from '../../worker/index.ts';
import type { Surroundings } from '../../worker/surroundings.ts';
import { SimulatedCompanion } from './companion.ts';
import { Failures, failing, type HostPool, openHostPool } from './connection.ts';
import { times } from './database.ts';
import { Gate } from './gate.ts';
import { ScriptedShell } from './shell.ts';
import type { World } from './world.ts';

export interface HostSettings {
  connectionString: string;
  workDir: string;
  capacity: number;
  /** Rule 3 removed: no companion ends what a lost host leaves. */
  withoutCompanion: boolean;
}

const jobConnectionsMax = 6;
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
  readonly #world: World;
  readonly #gate = new Gate();
  readonly #companion: SimulatedCompanion;
  readonly #pools: HostPool[] = [];
  readonly #starting: Promise<RunningHost | null>;

  constructor(name: string, settings: HostSettings, world: World) {
    this.name = name;
    this.#world = world;
    this.#companion = new SimulatedCompanion(world, this.#gate, settings.withoutCompanion);
    const { withoutCompanion: _, ...given } = settings;
    const config = { ...given, name, graceMs: 0, drainMs: 200 };
    this.#starting = startHost(config, this.#log, this.#surroundings()).catch((error: Error) =>
      this.#notStarted(error),
    );
    this.ended = this.#starting.then((host) => host?.closed).then(() => undefined);
  }

  /** Resolves once it takes work; false where it could not start. */
  async ready(): Promise<boolean> {
    return (await this.#starting) !== null;
  }

  /** Ends the process at once, as kill -9 does. The companion sees that and acts. */
  kill(): void {
    this.#cut('it was killed');
    this.#companion.hostGone();
  }

  /** The same with the companion: its idle shells end, what runs goes on. */
  killBoth(): void {
    this.#companion.kill();
    this.#cut('it was killed with its companion');
    for (const shell of this.#shells()) shell.orphan();
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

  /** Another process has taken its name, which it may past the lease, when Postgres has long been there to renew it. */
  lostName(): void {
    if (this.incarnation === '') this.kill();
    const leaseMs = times.lease_ms;
    const now = performance.now();
    const isLate = now > this.#companion.renewedAt + leaseMs && now > this.#world.postgresSince + leaseMs;
    if (isLate) this.#world.excuse(this.incarnation, 'another took its name past its lease');
  }

  freeze(): void {
    this.#gate.freeze();
  }

  thaw(): void {
    this.#gate.thaw();
  }

  /** SIGTERM: resolves when it has drained. */
  async drain(): Promise<void> {
    await (await this.#starting)?.stop();
  }

  backends(): number[] {
    return this.#pools.flatMap((pool) => pool.backends());
  }

  #shells(): ScriptedShell[] {
    return [...this.#world.shells].filter(({ incarnation }) => incarnation === this.incarnation);
  }

  #cut(reason: string): void {
    this.#world.excuse(this.incarnation, reason);
    this.#gate.kill();
    for (const pool of this.#pools) pool.cut();
    // Its timers and promises are let go once its connections are seen to be broken; nothing of it has any effect.
    setTimeout(() => this.#companion.unwind(), unwindMs);
  }

  #surroundings(): Surroundings {
    const world = this.#world;
    return {
      connect: async (connectionString) => this.#connect(connectionString),
      openShell: async (options) => {
        await this.#gate.pass();
        if (this.shellRefusals-- > 0) throw new Error('simulated: no shell could be started');
        this.shellRefusals = Math.max(0, this.shellRefusals);
        return new ScriptedShell(world, this.#gate, this.incarnation, options);
      },
      startCompanion: (settings, log, onLost) => {
        this.incarnation = settings.incarnation;
        return this.#companion.start(settings, log, onLost);
      },
    };
  }

  #connect(connectionString: string) {
    const open = (size: PoolSize) => {
      const opened = openHostPool(connectionString, this.#log, this.#gate, size);
      this.#pools.push(opened);
      return opened;
    };
    const calls = (size: PoolSize) => hostCalls(failing(open(size).query, this.failures, this.#gate, this.#world));
    return {
      calls: calls({}),
      jobs: open({ max: jobConnectionsMax }).pool,
      beats: (statementMs: number) => calls({ max: 1, statementMs }),
      close: async () => {
        await Promise.all(this.#pools.map(({ pool }) => pool.end()));
      },
    };
  }

  #notStarted(error: Error): null {
    this.#world.note(this.name, 'not_started', { error: error.message });
    return null;
  }

  readonly #log: Log = (level, event, fields = {}) => {
    if (this.#gate.killed) return;
    this.#world.note(this.name, event, { incarnation: this.incarnation, ...fields });
    if (event === 'host_fenced') this.#judgeFencing();
    else if (event === 'companion_lost') this.#world.excuse(this.incarnation, 'its companions were killed');
    else if (level === 'error' && event !== 'companion_ended') {
      this.#world.fault('error_logged', `${this.name} ${event} ${JSON.stringify(fields)}`);
    }
  };

  /** It may end itself when it misses the deadline at which its companion would act. */
  #judgeFencing(): void {
    const { renewedAt, deadlineMs } = this.#companion;
    // The host counts from before the beat, which takes half a lease at most.
    const isLate = performance.now() > renewedAt + deadlineMs - times.lease_ms / 2;
    if (isLate) this.#world.excuse(this.incarnation, 'it missed its deadline');
    else if (!this.#world.excuses.has(this.incarnation)) {
      this.#world.fault('fenced_without_cause', `${this.name} ${this.incarnation}`);
    }
  }
}
