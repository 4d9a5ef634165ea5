/** A persistent bash: opened, given one command after another, closed without a trace. */
import { performance } from 'node:perf_hooks';
import type { ShellContext } from './context.ts';
import { endProcesses, graceMsDefault, isForeground, sendSignal, stopSignalFor, within } from './ending.ts';
import { holdersOf, holdersOfTerminal } from './holders.ts';
import { interruptWithShell } from './interrupt.ts';
import { sharedMoment } from './moment.ts';
import { isLiving, type Process } from './processes.ts';
import { CommandRun } from './run.ts';
import { signalForeground } from './terminalSignal.ts';
import type { ShellTerminal } from './terminalTypes.ts';
import { commandProcesses, shellProcesses } from './tree.ts';
import { Turn } from './turn.ts';
import type { EndReason, Shell, ShellCommand, ShellResult } from './types.ts';

/** Most FIFOs that one command takes: stdout, stderr, state, an interactive stdin. */
export const fifosPerCommand = 4;
/** Ctrl-D */
const endOfFile = Buffer.of(4);

/** The shell that this machine runs itself. */
export class BashShell implements Shell {
  readonly pid: number;
  readonly cwd: string;
  readonly problems: string[];
  readonly terminal: ShellTerminal | null;
  #context: ShellContext;
  #turn: Turn<CommandRun>;
  /** All of it began before. */
  readonly #openedAt = performance.now();

  constructor(context: ShellContext, began: { cwd: string; problems: string[] }) {
    this.#context = context;
    this.#turn = new Turn(() => context.bash.exit !== null);
    this.pid = context.bash.pid;
    this.cwd = began.cwd;
    this.problems = began.problems;
    this.terminal = context.terminal;
    void context.bash.exited.then((exit) => context.options.onExit?.(exit));
  }

  processes(): number[] {
    const { bash, mark } = this.#context;
    return shellProcesses([{ ...mark, trusted: !bash.exit }]).map(({ pid }) => pid);
  }

  run(command: ShellCommand): Promise<ShellResult> {
    const { fifos } = this.#context.directory;
    return this.#turn.take(
      () => new CommandRun(command, this.#context),
      () => fifos.stock(fifosPerCommand),
    );
  }

  signal(name: NodeJS.Signals): boolean {
    const { bash, mark } = this.#context;
    const run = this.#turn.running;
    if (!run || run.isEnding || bash.exit) return false;
    const members = () => commandProcesses({ ...mark, trusted: true }, run.mark);
    if (this.terminal) {
      signalForeground(bash.pid, members(), name);
      return true;
    }
    const find = () => foregroundOf(members(), bash.pid);
    if (name === 'SIGINT') {
      interruptWithShell(bash.pid, find);
      return true;
    }
    const foreground = find();
    for (const { pid } of foreground) sendSignal(pid, name === 'SIGTSTP' ? stopSignalFor(pid) : name);
    if (foreground.length === 0) bash.kill(name);
    return true;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const run = this.#turn.running;
    const { terminal } = this.#context;
    // What nobody reads stays typed for the next program, as in any terminal, and must not hold up what follows.
    if (run && terminal) return Promise.race([terminal.type(bytes), run.answered.then(() => {})]);
    if (!run?.input) throw new Error('No interactive command is running.');
    await run.input.write(bytes);
  }

  endInput(): void {
    const run = this.#turn.running;
    run?.input?.end();
    if (run) this.#context.terminal?.type(endOfFile).catch(() => {});
  }

  end(reason: EndReason): Promise<void> {
    return this.#turn.end(reason);
  }

  close(): Promise<void> {
    return this.#turn.close(() => this.#close());
  }

  async #close(): Promise<void> {
    const { bash, directory, mark, options, terminal } = this.#context;
    const graceMs = options.graceMs ?? graceMsDefault;
    await this.end('killed');
    const deadline = performance.now() + graceMs;
    const moment = () => sharedMoment(this.#openedAt);
    const find = () => shellProcesses([{ ...mark, trusted: !bash.exit }], moment());
    // What bash starts from now on belongs to its EXIT trap, and is asked to end only if bash takes too long over it.
    const jobs = find().filter(({ pid }) => pid !== bash.pid);
    bash.endTriggers();
    for (const { pid } of jobs) for (const signal of ['SIGTERM', 'SIGHUP', 'SIGCONT'] as const) sendSignal(pid, signal);
    await within(bash.exited, graceMs / 2);
    await endProcesses(find, { ask: ['SIGTERM', 'SIGHUP'], graceMs: Math.max(0, deadline - performance.now()) });
    await bash.exited;
    await endProcesses(() => holdersOf(directory.fifos.heldPaths(), moment), { ask: ['SIGTERM'], graceMs: 0 });
    if (terminal?.isHeld())
      await endProcesses(() => holdersOfTerminal(terminal.path, terminal.name), { ask: ['SIGTERM'], graceMs: 0 });
    terminal?.close();
    directory.clear();
  }
}

// What descends from a background child of bash is in the background too.
function foregroundOf(processes: Process[], bashPid: number): Process[] {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const isInForeground = (process: Process): boolean => {
    const parent = byPid.get(process.parent);
    if (parent) return isInForeground(parent);
    return process.parent === bashPid && isForeground(process);
  };
  return processes.filter((process) => isLiving(process) && isInForeground(process));
}
