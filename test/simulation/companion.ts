/** A simulated host's companion: the code that a real one is, over scripted shells, as a process in this process. */
import type { Log } from '../../sql/contract.ts';
import { type CompanionMessage, startCompanion } from '../../worker/companion.ts';
import { openDatabase } from '../../worker/database.ts';
import { Guard } from '../../worker/guard.ts';
import type { CompanionProcess } from '../../worker/spawnCompanion.ts';
import type { Gate } from './gate.ts';
import type { World } from './world.ts';

export class SimulatedCompanion {
  /** When the host sent its last beat that was answered, or its registration: from then its lease counts. */
  renewedAt = Number.NEGATIVE_INFINITY;
  /** How long its shells may go on after a beat. */
  deadlineMs = 0;
  /** It was killed, and the host has not yet started another. */
  isGone = false;
  readonly #world: World;
  readonly #gate: Gate;
  /** One that never acts. */
  readonly #absent: boolean;
  #incarnation = '';
  #process: { guard: Guard; kill(): void } | null = null;
  #acts = false;
  #unwind = () => {};

  constructor(world: World, gate: Gate, absent: boolean) {
    this.#world = world;
    this.#gate = gate;
    this.#absent = absent;
  }

  readonly start: typeof startCompanion = (settings, log, onLost) => {
    this.#incarnation = settings.incarnation;
    this.#unwind = onLost;
    return startCompanion(settings, log, onLost, () => this.#spawn());
  };

  /** The pipe from the host has ended. */
  hostGone(): void {
    void this.#act();
  }

  /** The process is killed. One that reports a death already is let be. */
  kill(): void {
    if (this.#acts) return;
    this.#process?.kill();
    this.isGone = true;
  }

  /** Has the host unwind: it is dead, and what it does has no effect. */
  unwind(): void {
    this.#unwind();
  }

  #spawn(): CompanionProcess {
    const ended = Promise.withResolvers<{ code: number | null; signal: NodeJS.Signals | null }>();
    const guard = this.#guard(() => ended.resolve({ code: 0, signal: null }));
    const kill = () => {
      guard.hear({ kind: 'bye' });
      ended.resolve({ code: null, signal: 'SIGKILL' });
    };
    this.#process = { guard, kill };
    this.isGone = false;
    return {
      pid: undefined,
      // A frozen host hears of it when it wakes, a dead one never.
      ended: ended.promise.then(async (how) => {
        await this.#gate.pass().catch(() => new Promise(() => {}));
        return how;
      }),
      tell: (message) => this.#tell(guard, message),
      end: () => void (!this.#gate.killed && this.#act()),
      unref: () => {},
    };
  }

  #tell(guard: Guard, message: CompanionMessage): void {
    if (this.#gate.killed) return;
    // One that was started again is told what is left.
    if (message.kind === 'renewed') this.deadlineMs = Math.max(this.deadlineMs, message.deadlineMs);
    if (!this.#absent || message.kind === 'bye') guard.hear(message);
  }

  async #act(): Promise<void> {
    await this.#process?.guard.act('gone');
  }

  #begins(): void {
    this.#acts = true;
    this.#world.excuse(this.#incarnation, 'its companion ended its shells');
  }

  #guard(leave: () => void): Guard {
    const world = this.#world;
    const log: Log = (_level, event, fields) => {
      world.note('companion', event, { incarnation: this.#incarnation, ...fields });
      if (event === 'host_lost') this.#begins();
    };
    return new Guard({
      endTrees: async (shells) => {
        world.endShells(shells.map((shell) => (typeof shell === 'string' ? shell : shell.id)));
      },
      openDatabase: (connectionString) => openDatabase(connectionString, log, { max: 1 }),
      log,
      leave,
    });
  }
}
