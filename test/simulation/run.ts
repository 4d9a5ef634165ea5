/** A scripted command while it runs: a process of its own, which goes on while its host is frozen or dead. */
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { EndReason, ShellCommand, ShellResult, StreamName } from '../../worker/shell/index.ts';
import type { Gate } from './gate.ts';
import { outputOf, type Script } from './script.ts';
import type { Run, World } from './world.ts';

/** How it ended. `gone`: its shell with it. */
export interface End {
  told: Pick<ShellResult, 'outcome' | 'exitCode' | 'signal'>;
  gone: boolean;
}

const fatal = ['SIGINT', 'SIGTERM', 'SIGKILL', 'SIGHUP', 'SIGQUIT'];

export class ScriptedRun {
  readonly over: Promise<End>;
  readonly #world: World;
  readonly #gate: Gate;
  readonly #command: ShellCommand;
  readonly #script: Script;
  readonly #mark: Run;
  readonly #ended = Promise.withResolvers<End>();
  #delivery: Promise<void> = Promise.resolve();

  constructor(
    world: World,
    gate: Gate,
    command: ShellCommand,
    script: Script,
    place: Pick<Run, 'session' | 'incarnation' | 'before'>,
  ) {
    this.#world = world;
    this.#gate = gate;
    this.#command = command;
    this.#script = script;
    const fresh = { over: false, orphaned: false, written: { 1: 0, 2: 0 }, read: [], inputEnded: false, signals: 0 };
    this.#mark = { command: command.id, order: world.runs.size, startedAt: Date.now(), ...place, ...fresh };
    this.over = this.#ended.promise;
    world.started(this.#mark);
    world.note(place.incarnation, 'run', { command: command.id, session: place.session });
    void this.#play();
  }

  get interactive(): boolean {
    return this.#command.stdin === 'interactive';
  }

  /** Resolves when its host has taken all that it wrote. */
  delivered(): Promise<void> {
    return this.#delivery;
  }

  signal(name: NodeJS.Signals): void {
    if (this.#mark.over) return;
    this.#mark.signals += 1;
    if (!fatal.includes(name) || (name === 'SIGINT' && this.#script.ignoresInterrupt)) return;
    const exitCode = 128 + constants.signals[name];
    this.#finish({ told: { outcome: 'exited', exitCode, signal: null }, gone: false });
  }

  end(reason: EndReason): void {
    const exitCode = reason === 'timed_out' ? 124 : 137;
    this.#finish({ told: { outcome: reason, exitCode, signal: 'SIGKILL' }, gone: !this.#script.shellSurvives });
  }

  die(): void {
    this.#finish({ told: { outcome: 'shell_exited', exitCode: 137, signal: null }, gone: true });
  }

  orphan(): void {
    this.#mark.orphaned = true;
    // What waits to be told to end would wait for ever.
    if (this.#script.end === 'wait') this.die();
  }

  write(bytes: Uint8Array): void {
    if (this.#mark.over) return;
    this.#mark.read.push(Buffer.from(bytes));
  }

  endInput(): void {
    if (this.#mark.over) return;
    this.#mark.inputEnded = true;
    if (this.#script.echoes) this.#exit();
  }

  async #play(): Promise<void> {
    for (const { stream, bytes, pauseMs } of this.#script.pieces) {
      if (pauseMs > 0) await delay(pauseMs);
      if (this.#mark.over) return;
      this.#write(stream, bytes);
    }
    if (this.#script.end === 'exit') this.#exit();
    if (this.#script.end === 'shell_exit') {
      this.#finish({ told: { outcome: 'shell_exited', exitCode: this.#script.exitCode, signal: null }, gone: true });
    }
  }

  #exit(): void {
    this.#finish({ told: { outcome: 'exited', exitCode: this.#script.exitCode, signal: null }, gone: false });
  }

  #write(stream: 1 | 2, length: number): void {
    const bytes = outputOf(this.#command.id, stream, this.#mark.written[stream], length);
    this.#mark.written[stream] += length;
    const name: StreamName = stream === 1 ? 'stdout' : 'stderr';
    this.#delivery = this.#delivery
      .then(() => this.#gate.pass())
      .then(() => this.#command.onOutput(name, bytes))
      // A dead host takes nothing.
      .catch(() => undefined);
  }

  #finish(end: End): void {
    this.#mark.over = true;
    this.#world.living.delete(this.#mark);
    this.#ended.resolve(end);
  }
}
