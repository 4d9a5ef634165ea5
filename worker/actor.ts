/**
 * One session on this host: its shell, the command that runs in it, and the order of what happens. Jobs, beats and
 * timers only wake it; what is to be done is read from the database.
 */
import { randomUUID } from 'node:crypto';
import type { AdoptedSession, ClaimedCommand, Owned } from '../sql/host.ts';
import { Controls } from './controls.ts';
import { isFenced, untilAnswered } from './database.ts';
import { execute, type Finished, neverRan } from './execute.ts';
import { type Host, LeaseOverError, requireLease } from './host.ts';
import { LateOutput } from './lateOutput.ts';
import { SessionShell } from './sessionShell.ts';
import type { Shell } from './shell/index.ts';

type Reason = 'idle' | 'closed' | 'drained';

export class Actor {
  readonly owned: Owned;
  /** Tokens in hand: claimed, being claimed, or being finished. A beat tells them all. */
  readonly attempts = new Set<string>();
  readonly #host: Host;
  readonly #idleMs: number;
  readonly #tty: boolean;
  readonly #shell: SessionShell;
  readonly #controls: Controls;
  readonly #gone: (actor: Actor) => void;
  #work: Promise<void> | null = null;
  #again = false;
  #releasing: Promise<void> | null = null;
  #isClosed = false;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(host: Host, session: AdoptedSession, gone: (actor: Actor) => void) {
    this.owned = { incarnation: host.incarnation, session: session.session_id, epoch: session.epoch };
    this.#host = host;
    this.#idleMs = session.idle_timeout_ms;
    this.#tty = session.tty;
    this.#gone = gone;
    const late = new LateOutput((piece) => this.#answered(() => host.calls.appendLateOutput(this.owned, piece)));
    this.#shell = new SessionShell(host, session, this.owned, {
      late: (...piece) => this.#guard(late.take(...piece)),
      screenFailed: (error) => void this.#guard(Promise.reject(error)),
    });
    this.#controls = new Controls({
      take: (input) => {
        const take = randomUUID();
        return this.#answered(() => host.calls.takeControls(this.owned, take, input && !this.#isLeaving));
      },
      closed: () => this.#close(),
      hungry: () => {
        if (!this.#isLeaving) void this.#guard(this.#controls.take());
      },
      dropped: (command, { message }) =>
        this.#log('info', 'input_dropped', { ...(command && { command_id: command.id }), error: message }),
      resize: (size) => this.#shell.terminal.resize(size),
      terminal: async () => (this.#isLeaving ? null : (await this.#shell.ensure()).terminal),
    });
  }

  /** Opens the shell before a command asks for it, so that the first one does not wait. */
  warm(): void {
    // A shell that cannot be opened is told to whoever sends a command.
    this.#shell.ensure().catch((error: Error) => this.#log('warn', 'shell_not_opened', { error: error.message }));
    this.wake(false);
  }

  /** Something may be to do; `control`: something was left for what runs. */
  wake(control: boolean): void {
    this.#controls.work();
    if (control) void this.#guard(this.#controls.take());
    this.#again = true;
    this.#work ??= this.#guard(this.#workOff()).finally(() => {
      this.#work = null;
      this.#controls.rest();
      if (this.#again && this.#releasing === null) this.wake(false);
      else this.#scheduleIdle();
    });
  }

  /** Ends the shell and gives the session back; what runs may go on for `drainMs`. The first reason counts. */
  release(reason: Reason, drainMs: number): Promise<void> {
    this.#releasing ??= this.#guard(this.#giveUp(reason, drainMs));
    return this.#releasing;
  }

  /** The session is no longer ours: its shell ends, and nothing more is written. */
  async abandon(): Promise<void> {
    this.#releasing ??= Promise.resolve();
    clearTimeout(this.#idleTimer);
    await this.#shell.abandon();
    this.#gone(this);
  }

  /** Claims and runs until nothing is queued. */
  async #workOff(): Promise<void> {
    clearTimeout(this.#idleTimer);
    while (this.#again) {
      this.#again = false;
      let next = await this.#claim();
      while (next !== null) next = await this.#run(next);
    }
  }

  async #claim(): Promise<ClaimedCommand | null> {
    if (this.#releasing !== null) return null;
    // Past the lease nothing new starts.
    await this.#host.lease.untilHeld(this.#host.ending);
    const attempt = this.#token();
    const claimed = await this.#answered(() => this.#host.calls.claimCommand(this.owned, attempt));
    if (claimed?.state === 'running') return claimed;
    this.attempts.delete(attempt);
    return null;
  }

  /** Runs a claimed command, stores its end, and returns the command that was claimed with it. */
  async #run(command: ClaimedCommand): Promise<ClaimedCommand | null> {
    try {
      const finished = await this.#observe(command);
      if (finished === null) return null;
      await this.#shell.terminal.save();
      await this.#shell.settle(finished);
      return await this.#finish(command, finished);
    } finally {
      this.#controls.ended(command);
      this.attempts.delete(command.attempt);
    }
  }

  async #observe(command: ClaimedCommand): Promise<Finished | null> {
    try {
      return await this.#start(command);
    } catch (error) {
      if (isFenced(error) || this.#host.ending.aborted) throw error;
      // Still claimed, and its trigger was never written: it starts with the next lease.
      if (error instanceof LeaseOverError) return this.#observe(command);
      this.#logCommand('command_not_started', command, { error: (error as Error).message });
      const problem = `No shell could be started, so the command did not run: ${(error as Error).message}`;
      return neverRan(problem, 'shell_exited', this.#shell.generation);
    }
  }

  /** Rejects only where the trigger was certainly not written. */
  async #start(command: ClaimedCommand): Promise<Finished> {
    await this.#host.lease.untilHeld(this.#host.ending);
    if (this.#controls.endsBeforeStart(command)) {
      return neverRan('It was cancelled before it started.', 'killed', this.#shell.generation);
    }
    return this.#shell.use((shell) => this.#execute(command, shell));
  }

  #execute(command: ClaimedCommand, shell: Shell): Promise<Finished> {
    return execute(shell, command, {
      writer: this.#host.writer,
      heldOutputBytesMax: this.#host.config.heldOutputBytesMax,
      generation: this.#shell.generation,
      onStart: () => {
        requireLease(this.#host);
        this.#logCommand('command_started', command, {});
      },
      onStarted: () => {
        this.#controls.started(command, shell);
        if (command.interactive || this.#tty) void this.#guard(this.#controls.take());
      },
    });
  }

  async #finish(command: ClaimedCommand, { result, state, rest }: Finished): Promise<ClaimedCommand | null> {
    // What happens to a command of a host that was given up is the record's to say.
    this.#host.ending.throwIfAborted();
    const next = this.#releasing === null ? this.#token() : null;
    const answer = await this.#answered(() =>
      this.#host.calls.finishCommand(this.owned, command.attempt, result, state, next, rest),
    );
    const { state: ended, exit_code, stdout_bytes, stderr_bytes } = result;
    this.#logCommand('command_finished', command, { state: ended, exit_code, stdout_bytes, stderr_bytes });
    if (answer.closed) this.#close();
    if (answer.next?.state === 'running') return answer.next;
    if (next !== null) this.attempts.delete(next);
    return null;
  }

  async #giveUp(reason: Reason, drainMs: number): Promise<void> {
    clearTimeout(this.#idleTimer);
    const timer = setTimeout(() => this.#controls.endAll(), drainMs);
    await this.#work;
    clearTimeout(timer);
    await this.#shell.terminal.save();
    await this.#shell.leave();
    while (!(await this.#answered(() => this.#host.calls.detachSession(this.owned, reason)))) {
      if (reason === 'idle') return this.#stay();
      // The record still says that something runs here; a beat that does not name it ends it as lost.
      await new Promise((resolve) => setTimeout(resolve, this.#host.times.beatMs));
    }
    if (reason === 'closed') await this.#host.directories.removeHome(this.owned.session);
    this.#log('info', 'session_released', { reason });
    this.#gone(this);
  }

  /** Work or a close came while the idle shell ended: the session stays, and gets a fresh one, or goes for good. */
  #stay(): void {
    this.#releasing = null;
    this.#controls.endNoMore();
    if (this.#isClosed) this.#close();
    else this.wake(true);
  }

  /** The session was closed. It may be on its way out for another reason, and that may come to nothing. */
  #close(): void {
    this.#isClosed = true;
    void this.release('closed', 0);
  }

  /** The shell is to end and nothing runs in it: what is typed now is for the session's next terminal. */
  get #isLeaving(): boolean {
    return this.#releasing !== null && this.#work === null;
  }

  #scheduleIdle(): void {
    if (this.#releasing !== null) return;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => void this.release('idle', 0), this.#idleMs);
  }

  #token(): string {
    const attempt = randomUUID();
    this.attempts.add(attempt);
    return attempt;
  }

  #answered<Result>(call: () => Promise<Result>): Promise<Result> {
    return untilAnswered(call, this.#host.log, this.#host.ending);
  }

  /** What is fenced ends the actor. Any other fault is logged; a beat, the sweep or the next hint wakes it again, unless the host was given up. */
  async #guard(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      const isExpected = isFenced(error) || this.#host.ending.aborted;
      this.#log(isExpected ? 'warn' : 'error', 'session_failed', { error: (error as Error).stack });
      if (isFenced(error)) await this.abandon();
    }
  }

  #log(level: 'info' | 'warn' | 'error', event: string, fields: Record<string, unknown>): void {
    this.#host.log(level, event, { session_id: this.owned.session, ...fields });
  }

  #logCommand(event: string, command: ClaimedCommand, fields: Record<string, unknown>): void {
    this.#log('info', event, { command_id: command.id, seq: command.seq, ...fields });
  }
}
