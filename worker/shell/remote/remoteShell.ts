/** A persistent bash elsewhere: shell.ts, on this side of a connection. */
import {
  type EndReason,
  NotStartedError,
  type Shell,
  type ShellCommand,
  ShellGoneError,
  type ShellResult,
} from '../types.ts';
import type { RemoteContext } from './context.ts';
import { endRemoteRun } from './remoteEnd.ts';
import { RemoteRun } from './remoteRun.ts';

const graceMsDefault = 2000;
/** Beyond the grace, for the far side to say that nothing is left, and for its programs to end. */
const goodbyeMs = 5000;

export class RemoteShell implements Shell {
  readonly pid: number;
  readonly cwd: string;
  readonly problems: string[];
  readonly terminal = null;
  #context: RemoteContext;
  #isBusy = false;
  #running: RemoteRun | null = null;
  #closing: Promise<void> | null = null;

  constructor(context: RemoteContext, began: { cwd: string; problems: string[] }) {
    this.#context = context;
    this.pid = context.connection.pid;
    this.cwd = began.cwd;
    this.problems = began.problems;
    void context.exited.then((exit) => context.options.onExit?.(exit));
  }

  async run(command: ShellCommand): Promise<ShellResult> {
    if (this.#closing || this.#context.exit) throw new ShellGoneError('The shell is gone.');
    if (this.#isBusy) throw new NotStartedError('Another command is running.');
    this.#isBusy = true;
    try {
      this.#running = new RemoteRun(command, this.#context, endRemoteRun);
      return await this.#running.run();
    } finally {
      this.#running = null;
      this.#isBusy = false;
    }
  }

  signal(name: NodeJS.Signals): boolean {
    const { connection, exit } = this.#context;
    if (!this.#running || exit) return false;
    // What ends it has bash in its hands.
    if (this.#running.isEnding) return true;
    const order = name === 'SIGINT' ? 'interrupt' : `signal ${name.replace(/^SIG/, '')}`;
    connection.send(`${order} ${this.#running.mark}`);
    return true;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#running?.input) throw new Error('No interactive command is running.');
    await this.#running.input.write(bytes);
  }

  endInput(): void {
    this.#running?.input?.end();
  }

  async end(reason: EndReason): Promise<void> {
    await this.#running?.end(reason);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { connection, options } = this.#context;
    const graceMs = options.graceMs ?? graceMsDefault;
    await this.end('killed');
    const closed = connection.next('closed');
    connection.send(`close ${graceMs}`);
    const late = setTimeout(() => connection.kill(), graceMs + goodbyeMs);
    await closed;
    clearTimeout(late);
    await connection.end(goodbyeMs);
  }
}
