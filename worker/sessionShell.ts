import type { AdoptedSession, Owned } from '../sql/host.ts';
import type { Finished } from './execute.ts';
import { KeyHooks } from './hooks.ts';
import type { Host } from './host.ts';
import { type LastState, lastStateOf, openLast, settleState } from './lastState.ts';
import { OpenedShell } from './openedShell.ts';
import { type OwnOptions, openSessionShell } from './openSessionShell.ts';
import { recordShell, recordShellProblem } from './recordShell.ts';
import { RequestedDirectory } from './requestedDirectory.ts';
import type { Cell } from './sandbox/index.ts';
import { noSecrets, openSecrets, type Secrets } from './secrets.ts';
import { SessionTerminal } from './sessionTerminal.ts';
import { type Shell, ShellGoneError } from './shell/index.ts';
import type { ShellEvents } from './shellEvents.ts';

/** A shell may end by itself before a command has begun in it, and so may the one after it; more is no chance. */
const freshShellsMax = 2;

/** The shell of one session, with its terminal if it has one: opened when it is needed, restored from the state that was left last. */
export class SessionShell {
  readonly terminal: SessionTerminal;
  readonly requested: RequestedDirectory;
  readonly #host: Host;
  readonly #session: AdoptedSession;
  readonly #owned: Owned;
  readonly #hooks: KeyHooks;
  readonly #events: ShellEvents;
  #opening: Promise<Shell> | null = null;
  /** The last one. */
  #opened: OpenedShell | null = null;
  #isInUse = false;
  readonly #last: LastState;
  generation: number;
  /** What its open shell has of them. */
  secrets: Secrets = noSecrets;

  constructor(host: Host, session: AdoptedSession, owned: Owned, events: ShellEvents) {
    this.#host = host;
    this.#session = session;
    this.#owned = owned;
    this.#hooks = new KeyHooks(host, session);
    this.#events = events;
    this.terminal = new SessionTerminal(host, session, owned, events.screenFailed);
    this.#last = lastStateOf(session);
    this.requested = new RequestedDirectory(session);
    this.generation = session.generation;
  }

  /** What the last shell was kept in. */
  get cell(): Cell | null {
    return this.#opened?.cell ?? null;
  }

  /** Resolves once the shell that is being opened is open, or could not be; null where none is. */
  get opening(): Promise<unknown> | null {
    return this.#opening?.catch(() => null) ?? null;
  }

  /** The open shell, or a fresh one: the next generation. Rejects with ShellOpenError where none can be started. */
  async ensure(): Promise<Shell> {
    if (this.#opening) return this.#opening;
    if (this.#opened?.isOpen && this.#opened.hasExited) await this.close();
    if (this.#opened?.isOpen) return this.#opened.shell;
    this.#opening ??= this.#start()
      .catch((error: Error) => recordShellProblem(this.#host, this.#owned, error))
      .finally(() => {
        this.#opening = null;
      });
    return this.#opening;
  }

  /** Runs a command in the open shell; in a fresh one if bash turns out to be gone before it began. Rejects as both do. */
  async use<Result>(run: (shell: Shell) => Promise<Result>): Promise<Result> {
    this.#isInUse = true;
    try {
      for (let fresh = 0; ; fresh += 1) {
        try {
          return await run(await this.ensure());
        } catch (error) {
          if (!(error instanceof ShellGoneError) || fresh === freshShellsMax) throw error;
          await this.close();
        }
      }
    } finally {
      this.#isInUse = false;
    }
  }

  /** A command ended: what it left is what a next generation starts from. */
  async settle(finished: Finished): Promise<void> {
    settleState(this.#last, finished);
    this.requested.settled(finished.result);
    if (!finished.shellAlive) await this.close();
  }

  /** Ends the shell and all that it started; also one that was opened and could not be recorded. */
  async close(): Promise<void> {
    if (!this.#opened?.isOpen) await this.opening;
    this.terminal.attach(null, this.generation);
    await this.#opened?.close();
  }

  /** The session goes from this host: the unlock hook of a key's shell runs, then the shell ends. */
  async leave(): Promise<void> {
    await this.#hooks.leave();
    await this.close();
  }

  /** The same without a hook: the session is no longer ours. */
  async abandon(): Promise<void> {
    this.#hooks.stop();
    await this.close();
  }

  async #start(): Promise<Shell> {
    // Nothing that the shell before it left goes on beside it.
    await this.#opened?.close().catch(() => {});
    await this.#hooks.enter();
    this.secrets = await openSecrets(this.#host.config.sealKeys, this.#session);
    await openLast(this.#last, this.#host.config.sealKeys, this.#session);
    const opened = await openSessionShell(this.#host, this.#session, (id) => this.#options(id));
    const { id, shell, cell } = opened;
    this.#opened = new OpenedShell(id, shell, cell, this.#host.companion);
    this.#last.cwd = this.requested.opened(shell);
    this.generation += 1;
    await recordShell(this.#host, this.#owned, this.generation, opened);
    this.terminal.attach(shell.terminal, this.generation);
    return shell;
  }

  #options(id: string): OwnOptions {
    return {
      ...this.terminal.options,
      ...this.#last,
      secrets: this.secrets,
      id,
      onLateOutput: (command, stream, bytes) => this.#events.late(command, stream, bytes),
      onExit: () => this.#exited(id),
    };
  }

  /** bash is gone. While a command runs its result says so, and `settle` closes; else what it started ends now, too. */
  #exited(id: string): void {
    if (this.#opened?.id !== id) return;
    this.#opened.hasExited = true;
    const [{ log }, { session_id }] = [this.#host, this.#session];
    log('info', 'shell_exited', { session_id });
    const failed = (error: Error) => log('error', 'shell_not_closed', { session_id, error: error.stack });
    if (!this.#isInUse) this.close().catch(failed);
  }
}
