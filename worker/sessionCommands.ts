/** The commands of one session on this host: each is claimed, run in its shell and finished, one after the other. */
import { createHash, randomUUID } from 'node:crypto';
import type { ClaimedCommand, Owned } from '../sql/host.ts';
import type { Controls } from './controls.ts';
import { isFenced } from './database.ts';
import { execute, type Finished, neverRan } from './execute.ts';
import { type Host, LeaseOverError, requireLease } from './host.ts';
import type { SessionHooks } from './sessionParts.ts';
import type { SessionShell } from './sessionShell.ts';
import type { Shell } from './shell/index.ts';

/** What the commands work with, and what they ask of the session. */
interface CommandsSession extends Omit<SessionHooks, 'isLeaving' | 'guard'> {
  owned: Owned;
  shell: SessionShell;
  controls: Controls;
  tty: boolean;
  /** Something may have been left for what runs. */
  takeControls(): void;
}

/** Runs them for the actor, and keeps their tokens. */
export class SessionCommands {
  /** Tokens in hand: claimed, being claimed, or being finished. A beat tells them all. */
  readonly attempts = new Set<string>();
  readonly #host: Host;
  readonly #session: CommandsSession;

  constructor(host: Host, session: CommandsSession) {
    this.#host = host;
    this.#session = session;
  }

  /** Claims and runs until nothing is queued. */
  async runAll(): Promise<void> {
    let next = await this.#claim();
    while (next !== null) next = await this.#run(next);
  }

  async #claim(): Promise<ClaimedCommand | null> {
    const { owned, answered, isReleasing } = this.#session;
    if (isReleasing()) return null;
    // Past the lease nothing new starts.
    await this.#host.lease.untilHeld(this.#host.ending);
    const attempt = this.#token();
    const claimed = await answered(() => this.#host.calls.claimCommand(owned, attempt));
    if (claimed?.state === 'running') return claimed;
    this.attempts.delete(attempt);
    return null;
  }

  /** Runs a claimed command, stores its end, and returns the command that was claimed with it. */
  async #run(command: ClaimedCommand): Promise<ClaimedCommand | null> {
    const { shell, controls } = this.#session;
    try {
      const finished = await this.#observe(command);
      await shell.terminal.save();
      await shell.settle(finished);
      return await this.#finish(command, finished);
    } finally {
      controls.ended(command);
      this.attempts.delete(command.attempt);
    }
  }

  async #observe(command: ClaimedCommand): Promise<Finished> {
    try {
      return await this.#start(command);
    } catch (error) {
      if (isFenced(error) || this.#host.ending.aborted) throw error;
      // Still claimed, and its trigger was never written: it starts with the next lease.
      if (error instanceof LeaseOverError) return this.#observe(command);
      const { message } = error as Error;
      this.#log('command_not_started', command, { error: message });
      // A full disk, say: the shell has heard of nothing, and may be what is needed to make room.
      const isUntouched = /^E[A-Z]+$/.test(String((error as { code?: unknown }).code));
      const cause = isUntouched ? 'It could not be handed to its shell' : 'No shell could be started';
      const problem = `${cause}, so the command did not run: ${message}`;
      return neverRan(problem, 'shell_exited', this.#session.shell.generation, isUntouched);
    }
  }

  /** Rejects only where the trigger was certainly not written. */
  async #start(command: ClaimedCommand): Promise<Finished> {
    const { shell, controls } = this.#session;
    await this.#host.lease.untilHeld(this.#host.ending);
    if (controls.endsBeforeStart(command)) {
      return neverRan('It was cancelled before it started.', 'killed', shell.generation);
    }
    return shell.use(async (open) => shell.requested.refusal(open, shell.generation) ?? this.#execute(command, open));
  }

  #execute(command: ClaimedCommand, open: Shell): Promise<Finished> {
    const { shell, controls, tty, takeControls } = this.#session;
    let unwatch = () => {};
    return execute(open, command, {
      writer: this.#host.writer,
      heldOutputBytesMax: this.#host.config.heldOutputBytesMax,
      generation: shell.generation,
      reached: (exitCode) => shell.cell?.describeReached(exitCode) ?? null,
      secrets: shell.secrets,
      sealKeys: this.#host.config.sealKeys,
      onStart: () => {
        requireLease(this.#host);
        this.#log('command_started', command, {});
      },
      onStarted: () => {
        const full = () => void open.end('killed');
        unwatch = shell.cell?.watch(full, () => open.processes()) ?? unwatch;
        controls.started(command, open);
        if (command.interactive || tty) takeControls();
      },
    }).finally(() => unwatch());
  }

  async #finish(command: ClaimedCommand, { result, state, rest }: Finished): Promise<ClaimedCommand | null> {
    const { owned, answered, isReleasing, closed } = this.#session;
    // What happens to a command of a host that was given up is the record's to say.
    this.#host.ending.throwIfAborted();
    const next = isReleasing() ? null : this.#token();
    const known = state && { content: state, hash: createHash('sha256').update(state).digest() };
    const answer = await answered(() =>
      this.#host.calls.finishCommand(owned, command.attempt, result, known, next, rest),
    );
    this.#host.warm.answered();
    const { state: ended, exit_code, stdout_bytes, stderr_bytes } = result;
    this.#log('command_finished', command, { state: ended, exit_code, stdout_bytes, stderr_bytes });
    if (answer.closed) closed();
    if (answer.next?.state === 'running') return answer.next;
    if (next !== null) this.attempts.delete(next);
    return null;
  }

  #token(): string {
    const attempt = randomUUID();
    this.attempts.add(attempt);
    return attempt;
  }

  #log(event: string, command: ClaimedCommand, fields: Record<string, unknown>): void {
    this.#session.log(event, { command_id: command.id, seq: command.seq, ...fields });
  }
}
