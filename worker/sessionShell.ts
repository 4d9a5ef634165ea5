/** The shell of one session: opened when it is needed, restored from the state after the last command that left one. */
import { randomUUID } from 'node:crypto';
import type { AdoptedSession, Owned } from '../sql/host.ts';
import { isFenced, untilAnswered } from './database.ts';
import { shellEnvironment } from './environment.ts';
import type { Finished } from './execute.ts';
import { KeyHooks } from './hooks.ts';
import type { Host } from './host.ts';
import { relocated, restorable } from './restored.ts';
import { type Shell, ShellGoneError, type StreamName } from './shell/index.ts';

/** A shell may end by itself before a command has begun in it, and so may the one after it; more is no chance. */
const freshShellsMax = 2;
type OnLateOutput = (commandId: string, stream: StreamName, bytes: Uint8Array) => Promise<void>;

export class SessionShell {
  readonly #host: Host;
  readonly #session: AdoptedSession;
  readonly #owned: Owned;
  readonly #hooks: KeyHooks;
  readonly #onLateOutput: OnLateOutput;
  #opening: Promise<Shell> | null = null;
  #shell: Shell | null = null;
  #closing: Promise<void> = Promise.resolve();
  #isInUse = false;
  #id = '';
  #hasExited = false;
  #state: Uint8Array | null;
  #cwd: string | null;
  #exitCode: number;
  generation: number;

  constructor(host: Host, session: AdoptedSession, owned: Owned, onLateOutput: OnLateOutput) {
    this.#host = host;
    this.#session = session;
    this.#owned = owned;
    this.#hooks = new KeyHooks(host, session);
    this.#onLateOutput = onLateOutput;
    this.#state = session.state === null ? null : Buffer.from(session.state, 'base64');
    this.#cwd = session.cwd;
    this.#exitCode = session.exit_code ?? 0;
    this.generation = session.generation;
  }

  /** The open shell, or a fresh one: the next generation. Rejects with ShellOpenError where none can be started. */
  async ensure(): Promise<Shell> {
    if (this.#shell && this.#hasExited) await this.close();
    if (this.#shell) return this.#shell;
    this.#opening ??= this.#start()
      .catch((error: Error) => this.#failed(error))
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
    if (finished.state) this.#state = finished.state;
    if (finished.result.cwd !== null) this.#cwd = finished.result.cwd;
    if (finished.result.exit_code !== null) this.#exitCode = finished.result.exit_code;
    if (!finished.shellAlive) await this.close();
  }

  /** Ends the shell and all that it started. */
  async close(): Promise<void> {
    const shell = this.#shell ?? (await this.#opening?.catch(() => null)) ?? null;
    this.#shell = null;
    if (shell !== null) this.#closing = this.#end(shell, this.#id);
    await this.#closing;
  }

  async #end(shell: Shell, id: string): Promise<void> {
    await shell.close();
    this.#host.companion.closed(id);
    await this.#host.directories.removeForShell(id);
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
    const host = this.#host;
    // Nothing that the shell before it left goes on beside it.
    await this.#closing.catch(() => {});
    const id = randomUUID();
    const home = await host.directories.home(this.#session.session_id);
    const cwd = relocated(this.#cwd ?? host.config.workingDirectory ?? home, home);
    await this.#hooks.enter();
    const directory = await host.directories.forShell(id);
    host.companion.opening(id);
    const shell = await this.#open(id, { directory, home, cwd });
    this.#id = id;
    this.#hasExited = false;
    this.#shell = shell;
    host.companion.opened(id, shell.pid);
    this.#cwd = shell.cwd;
    await this.#record(shell);
    return shell;
  }

  async #open(id: string, { directory, home, cwd }: { directory: string; home: string; cwd: string }): Promise<Shell> {
    const { host, session } = { host: this.#host, session: this.#session };
    const opening = host.openShell({
      id,
      directory,
      cwd,
      program: host.config.shellCommand,
      environment: shellEnvironment(host.config, { id: session.session_id, env: session.env }, host.account, home),
      ...(host.account.ids && { account: host.account.ids }),
      ...(this.#state && { restore: restorable(this.#state, home) }),
      exitCode: this.#exitCode,
      mergeOutput: session.merge_output,
      graceMs: host.config.graceMs,
      onLateOutput: this.#onLateOutput,
      onExit: () => this.#exited(id),
    });
    try {
      return await opening;
    } catch (error) {
      host.companion.closed(id);
      await host.directories.removeForShell(id);
      throw error;
    }
  }

  async #record(shell: Shell): Promise<void> {
    this.generation += 1;
    const { generation } = this;
    const { session_id } = this.#session;
    this.#host.log('info', 'shell_opened', { session_id, generation, pid: shell.pid, problems: shell.problems.length });
    const record = () => this.#host.calls.recordShell(this.#owned, generation, shell.problems, shell.cwd);
    await untilAnswered(record, this.#host.log, this.#host.ending);
  }

  /** The record says that no shell could be started, for whoever asks before another attempt succeeds. */
  async #failed(error: Error): Promise<never> {
    if (isFenced(error)) throw error;
    const record = () => this.#host.calls.recordShellProblem(this.#owned, error.message);
    await untilAnswered(record, this.#host.log, this.#host.ending);
    throw error;
  }

  /** bash is gone. While a command runs its result says so, and `settle` closes; else what it started ends now, too. */
  #exited(id: string): void {
    if (this.#id !== id) return;
    this.#hasExited = true;
    const { session_id } = this.#session;
    this.#host.log('info', 'shell_exited', { session_id });
    const failed = (error: Error) => this.#host.log('error', 'shell_not_closed', { session_id, error: error.stack });
    if (!this.#isInUse) this.close().catch(failed);
  }
}
