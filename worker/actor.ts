/**
 * One session on this host: its shell, the command that runs in it, and the order of what happens. Jobs, beats and
 * timers only wake it; what is to be done is read from the database.
 */
import type { AdoptedSession, Owned } from '../sql/host.ts';
import type { Controls } from './controls.ts';
import type { Host } from './host.ts';
import type { SessionCommands } from './sessionCommands.ts';
import { SessionFaults } from './sessionFaults.ts';
import { type SessionHooks, sessionParts } from './sessionParts.ts';
import type { SessionShell } from './sessionShell.ts';

type Reason = 'idle' | 'closed' | 'drained';

/** Acts for one session from its adoption until it is let go: all work on it goes through here, in turn. */
export class Actor {
  readonly owned: Owned;
  readonly #host: Host;
  readonly #idleMs: number;
  readonly #shell: SessionShell;
  readonly #controls: Controls;
  readonly #commands: SessionCommands;
  readonly #faults: SessionFaults;
  readonly #gone: (actor: Actor) => void;
  #work: Promise<void> | null = null;
  #again = false;
  #releasing: Promise<void> | null = null;
  /** Why it goes for good; null while it stays, or is only idle. */
  #goes: Exclude<Reason, 'idle'> | null = null;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(host: Host, session: AdoptedSession, gone: (actor: Actor) => void) {
    this.owned = { incarnation: host.incarnation, session: session.session_id, epoch: session.epoch };
    this.#host = host;
    this.#idleMs = session.idle_timeout_ms;
    this.#gone = gone;
    this.#faults = new SessionFaults(host, this.owned.session, () => this.abandon());
    const parts = sessionParts(host, session, this.owned, this.#hooks());
    this.#shell = parts.shell;
    this.#controls = parts.controls;
    this.#commands = parts.commands;
  }

  /** Tokens in hand: a beat tells them all. */
  get attempts(): ReadonlySet<string> {
    return this.#commands.attempts;
  }

  /** Opens the shell before a command asks for it, so that the first one does not wait. */
  warm(): void {
    // A shell that cannot be opened is told to whoever sends a command.
    this.#shell
      .ensure()
      .catch((error: Error) => this.#faults.log('warn', 'shell_not_opened', { error: error.message }));
    this.wake(false);
  }

  /** Something may be to do; `control`: something was left for what runs. */
  wake(control: boolean): void {
    this.#controls.work();
    if (control) void this.#faults.guard(this.#controls.take());
    this.#again = true;
    this.#work ??= this.#faults.guard(this.#workOff()).finally(() => {
      this.#work = null;
      this.#controls.rest();
      if (this.#again && this.#releasing === null) this.wake(false);
      else this.#scheduleIdle();
    });
  }

  /** Ends the shell and gives the session back; what runs may go on for `drainMs`. Resolves once it is gone; an idle one may stay. */
  release(reason: Reason, drainMs: number): Promise<void> {
    if (reason !== 'idle') this.#goes ??= reason;
    this.#releasing ??= this.#faults.guard(this.#giveUp(drainMs));
    return this.#releasing;
  }

  /** The session is no longer ours: its shell ends, and nothing more is written. */
  async abandon(): Promise<void> {
    this.#releasing ??= Promise.resolve();
    clearTimeout(this.#idleTimer);
    await this.#shell.abandon();
    this.#gone(this);
  }

  async #workOff(): Promise<void> {
    clearTimeout(this.#idleTimer);
    while (this.#again) {
      this.#again = false;
      await this.#commands.runAll();
    }
  }

  async #giveUp(drainMs: number): Promise<void> {
    clearTimeout(this.#idleTimer);
    const timer = setTimeout(() => this.#controls.endAll(), drainMs);
    await this.#work;
    clearTimeout(timer);
    await this.#shell.terminal.save();
    await this.#shell.leave();
    while (!(await this.#faults.answered(() => this.#host.calls.detachSession(this.owned, this.#goes ?? 'idle')))) {
      // Work came while the idle shell ended: the session stays, and gets a fresh one. Unless it was closed meanwhile, or the host drains.
      if (this.#goes === null) return this.#stay();
      // The record still says that something runs here; a beat that does not name it ends it as lost.
      await new Promise((resolve) => setTimeout(resolve, this.#host.times.beatMs));
    }
    const reason = this.#goes ?? 'idle';
    if (reason === 'closed') await this.#host.directories.homes.remove(this.owned.session);
    this.#faults.log('info', 'session_released', { reason });
    this.#gone(this);
  }

  #stay(): void {
    this.#releasing = null;
    this.#controls.endNoMore();
    this.wake(true);
  }

  #scheduleIdle(): void {
    if (this.#releasing !== null || this.#work !== null) return;
    clearTimeout(this.#idleTimer);
    const { opening } = this.#shell;
    // Keys may wait for a shell that is being opened: idle is what has been idle since then.
    if (opening) void opening.then(() => this.#scheduleIdle());
    else this.#idleTimer = setTimeout(() => void this.release('idle', 0), this.#idleMs);
  }

  #hooks(): SessionHooks {
    return {
      isReleasing: () => this.#releasing !== null,
      isLeaving: () => this.#releasing !== null && this.#work === null,
      closed: () => void this.release('closed', 0),
      guard: (work) => this.#faults.guard(work),
      answered: (call) => this.#faults.answered(call),
      log: (event, fields) => this.#faults.log('info', event, fields),
    };
  }
}
