/** The one double: a shell whose commands do what their scripts say. It stands where worker/shell stands. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  type EndReason,
  NotStartedError,
  type Shell,
  type ShellCommand,
  type ShellOptions,
  type ShellResult,
} from '../../worker/shell/index.ts';
import type { Gate } from './gate.ts';
import { ScriptedRun } from './run.ts';
import { scriptOf } from './script.ts';
import { chain, type World } from './world.ts';

let pids = 0;

export class ScriptedShell implements Shell {
  readonly id: string;
  readonly session: string;
  readonly incarnation: string;
  readonly pid = ++pids;
  readonly problems: string[] = [];
  readonly cwd = '/';
  readonly terminal = null;
  readonly #world: World;
  readonly #gate: Gate;
  readonly #options: ShellOptions;
  #state: string;
  #alive = true;
  #busy = false;
  #running: ScriptedRun | null = null;

  constructor(world: World, gate: Gate, incarnation: string, options: ShellOptions) {
    this.id = options.id;
    this.session = options.environment.LIMPET_SESSION_ID ?? '';
    this.incarnation = incarnation;
    this.#world = world;
    this.#gate = gate;
    this.#options = options;
    this.#state = options.restore ? Buffer.from(options.restore).toString() : '';
    world.shells.add(this);
  }

  processes(): number[] {
    return [];
  }

  async run(command: ShellCommand): Promise<ShellResult> {
    if (!this.#alive) throw new NotStartedError('The shell is gone.');
    if (this.#busy) throw new NotStartedError('Another command is running.');
    this.#busy = true;
    try {
      await this.#gate.pass();
      if (!this.#alive) throw new NotStartedError('The shell is gone.');
      command.onStart?.();
      // A host may be frozen right here, between its last look at its lease and the trigger.
      await this.#gate.pass();
      return await this.#start(command);
    } finally {
      this.#running = null;
      this.#busy = false;
    }
  }

  async #start(command: ShellCommand): Promise<ShellResult> {
    const script = scriptOf(command.text);
    const left = { cwd: null, state: null, stateProblem: null, jobs: null, shellAlive: false };
    if (!this.#alive) return { outcome: 'shell_exited', exitCode: null, signal: 'SIGKILL', ...left };
    const { session, incarnation } = this;
    const place = { session, incarnation, before: this.#state };
    const run = new ScriptedRun(this.#world, this.#gate, command, script, place);
    this.#running = run;
    command.onStarted?.();
    if (command.timeoutMs !== undefined) void this.#endLate(run, command.timeoutMs);
    const end = await run.over;
    await run.delivered();
    await this.#gate.pass();
    this.#running = null;
    if (!this.#alive || end.gone) return { ...end.told, ...left };
    this.#state = chain(this.#state, command.id);
    if (script.lateBytes > 0) void this.#late(command.id, script.lateBytes);
    return { ...end.told, cwd: '/', state: Buffer.from(this.#state), stateProblem: null, jobs: 0, shellAlive: true };
  }

  signal(name: NodeJS.Signals): boolean {
    if (this.#gate.killed || !this.#running) return false;
    this.#running.signal(name);
    return true;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#gate.pass();
    if (!this.#running?.interactive) throw new Error('No interactive command is running.');
    this.#running.write(bytes);
  }

  endInput(): void {
    if (!this.#gate.killed) this.#running?.endInput();
  }

  async end(reason: EndReason): Promise<void> {
    if (this.#gate.killed) return;
    this.#running?.end(reason);
    await this.#running?.over;
  }

  async close(): Promise<void> {
    if (this.#gate.killed) await this.#gate.over;
    else this.die();
  }

  /** It is killed, with all that runs in it. */
  die(): void {
    this.#alive = false;
    this.#running?.die();
    this.#world.shells.delete(this);
  }

  /** Nobody has its end any more: bash goes at its prompt, what runs goes on. */
  orphan(): void {
    this.#running?.orphan();
    if (this.#running === null) this.die();
    else void this.#running.over.then(() => this.die());
  }

  async #endLate(run: ScriptedRun, timeoutMs: number): Promise<void> {
    await delay(timeoutMs, undefined, { ref: false });
    await this.#gate.pass().then(
      () => run.end('timed_out'),
      () => undefined,
    );
  }

  async #late(command: string, length: number): Promise<void> {
    await delay(1);
    if (!this.#alive || this.#gate.killed) return;
    const bytes = Buffer.from(`late ${command} ${'.'.repeat(length)}`);
    this.#world.late.set(this.session, [...(this.#world.late.get(this.session) ?? []), bytes]);
    await this.#gate.pass().then(
      () => this.#options.onLateOutput?.(command, 'stdout', bytes),
      () => undefined,
    );
  }
}
