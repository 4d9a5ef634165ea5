/** A persistent bash elsewhere: shell.ts, on this side of a connection. */
import { graceMsDefault } from '../ending.ts';
import { Turn } from '../turn.ts';
import type { EndReason, Shell, ShellCommand, ShellResult } from '../types.ts';
import type { RemoteContext } from './context.ts';
import { endRemoteRun } from './remoteEnd.ts';
import { RemoteRun } from './remoteRun.ts';

/** Beyond the grace, for the far side to say that nothing is left, and for its programs to end. */
const goodbyeMs = 5000;

/** The shell that a template holds. */
export class RemoteShell implements Shell {
  readonly pid: number;
  readonly cwd: string;
  readonly problems: string[];
  readonly terminal = null;
  #context: RemoteContext;
  #turn: Turn<RemoteRun>;

  constructor(context: RemoteContext, began: { cwd: string; problems: string[] }) {
    this.#context = context;
    this.#turn = new Turn(() => context.exit !== null);
    this.pid = context.connection.pid;
    this.cwd = began.cwd;
    this.problems = began.problems;
    void context.exited.then((exit) => context.options.onExit?.(exit));
  }

  processes(): number[] {
    return [];
  }

  run(command: ShellCommand): Promise<ShellResult> {
    return this.#turn.take(() => new RemoteRun(command, this.#context, endRemoteRun));
  }

  signal(name: NodeJS.Signals): boolean {
    const { connection, exit } = this.#context;
    const { running } = this.#turn;
    if (!running || exit) return false;
    // What ends it has bash in its hands.
    if (running.isEnding) return true;
    const order = name === 'SIGINT' ? 'interrupt' : `signal ${name.replace(/^SIG/, '')}`;
    connection.send(`${order} ${running.mark}`);
    return true;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const input = this.#turn.running?.input;
    if (!input) throw new Error('No interactive command is running.');
    await input.write(bytes);
  }

  endInput(): void {
    this.#turn.running?.input?.end();
  }

  end(reason: EndReason): Promise<void> {
    return this.#turn.end(reason);
  }

  close(): Promise<void> {
    return this.#turn.close(() => this.#close());
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
