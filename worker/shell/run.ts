import { performance } from 'node:perf_hooks';
import type { Answer } from './bash.ts';
import type { ShellContext } from './context.ts';
import { endRun } from './endRun.ts';
import { NotStartedError } from './errors.ts';
import { Input } from './input.ts';
import { numberedByHost } from './nested.ts';
import { isRunning, tickAgo } from './processes.ts';
import { type CommandTrigger, createNonce, wrapperText } from './protocol.ts';
import { type After, toResult } from './result.ts';
import { parseCapture, parseCwd } from './state.ts';
import { CommandStreams, tooGreat } from './streams.ts';
import type { CommandMark } from './tree.ts';
import type { EndReason, ShellCommand, ShellResult } from './types.ts';

/** A command that lasts longer is read by sockets; most are over before that, and are read once. */
const lingerMs = 3;

/** One command in a shell, from its files to its result. */
export class CommandRun {
  readonly command: ShellCommand;
  readonly context: ShellContext;
  readonly streams: CommandStreams;
  /** What bash answered to the command itself. */
  readonly answered: Promise<Answer>;
  input: Input | null = null;
  #resolveAnswered: (answer: Answer) => void;
  #nonce = createNonce();
  #startedAt = 0;
  #ending: Promise<EndReason | null> | null = null;

  /** Takes FIFOs that must be in stock. */
  constructor(command: ShellCommand, context: ShellContext) {
    this.command = command;
    this.context = context;
    this.streams = new CommandStreams(context, command.onOutput);
    ({ promise: this.answered, resolve: this.#resolveAnswered } = Promise.withResolvers<Answer>());
  }

  /** Runs it. Rejects with what `onStart` throws, and with NotStartedError if bash could not open its streams. */
  async run(): Promise<ShellResult> {
    let isOver = false;
    try {
      const command = this.#prepare();
      this.command.onStart?.();
      this.#startedAt = performance.now();
      const { timeoutMs } = this.command;
      // What has come meanwhile is read first: where many commands run, the end of this one may be among it.
      const linger = setTimeout(() => setImmediate(() => isOver || this.streams.attach()), lingerMs);
      const timeout = timeoutMs === undefined ? undefined : setTimeout(() => this.#timeOut(), timeoutMs);
      const answering = this.context.bash.exchange({ nonce: this.#nonce, state: this.streams.state.name, command });
      this.command.onStarted?.();
      const answer = await answering;
      isOver = true;
      clearTimeout(linger);
      clearTimeout(timeout);
      this.#resolveAnswered(answer);
      return await this.#finish(answer, await this.#ending);
    } finally {
      isOver = true;
      this.#releaseInput();
      const { onLateOutput } = this.context.options;
      await this.streams.release((stream, bytes) => onLateOutput?.(this.command.id, stream, bytes));
    }
  }

  /** What tells its processes from those of other commands. */
  get mark(): CommandMark {
    const sinceTick = tickAgo(performance.now() - this.#startedAt);
    return { id: this.command.id, sinceTick, earlierJobs: this.context.jobs };
  }

  /** It is being ended: nothing else is to stop it or have it go on meanwhile. */
  get isEnding(): boolean {
    return this.#ending !== null;
  }

  /** Ends it; the reason is what `run` reports, unless it had ended by itself. */
  async end(reason: EndReason): Promise<void> {
    this.streams.attach();
    this.#ending ??= endRun(this).then((wasEnded) => (wasEnded ? reason : null));
    await this.#ending;
  }

  // What goes wrong in ending it is told by `run`, which waits for the same promise.
  #timeOut(): void {
    this.end('timed_out').catch(() => {});
  }

  /** Runs the shell's own TERM trap with the command's streams, once bash is back at its prompt. */
  terminate(): Promise<Answer> {
    this.#nonce = createNonce();
    const { state } = this.streams;
    return this.context.bash.exchange({ nonce: this.#nonce, state: state.name, terminate: this.streams.names(null) });
  }

  #prepare(): CommandTrigger {
    const { id, text, environment, cwd } = this.command;
    const { directory, exitCode, trapsReturn } = this.context;
    directory.rewrite('command', text);
    const names = { ...this.streams.names(this.#prepareInput()), file: 'command' };
    const isOwn = cwd !== undefined || Object.keys(environment ?? {}).length > 0;
    if (isOwn) directory.rewrite('run', wrapperText(names, { cwd, environment }));
    return { ...names, id, wrapper: isOwn ? 'run' : null, exitCode, learnLastArgument: !trapsReturn };
  }

  #prepareInput(): string | null {
    const { stdin } = this.command;
    const { directory, bash, terminal } = this.context;
    // What stands for none: an empty one where there is no terminal, an interactive one where there is.
    if (stdin === undefined || (terminal ? stdin === 'interactive' : stdin.length === 0)) return null;
    if (stdin === 'interactive') this.input = new Input(directory.path, directory.fifos.takeName(), bash.pid);
    else directory.write('stdin', stdin);
    return this.input?.name ?? 'stdin';
  }

  async #finish(answer: Answer, reason: EndReason | null): Promise<ShellResult> {
    const { bash } = this.context;
    if (answer.kind === 'ended' && !answer.ran && !reason && !this.streams.hasPrinted()) {
      throw new NotStartedError('bash could not open the streams of the command, so it did not run it.');
    }
    const after = this.#keep(answer);
    // A shell that cannot tell its state, or not even its status, cannot be given another command.
    if (!after && !bash.exit) bash.kill('SIGKILL');
    if (!after) await bash.exited;
    const result = toResult({ answer, reason, after: bash.exit ? null : after, shellAlive: !bash.exit });
    this.context.exitCode = result.exitCode ?? 0;
    return result;
  }

  #keep(answer: Answer): After | null {
    const { options } = this.context;
    const names = Object.keys({ ...options.environment, ...options.exports });
    const bytes = this.streams.takeState();
    if (!this.streams.isStateWhole)
      return { cwd: parseCwd(bytes, this.#nonce), state: null, stateProblem: tooGreat, jobs: null };
    const capture = parseCapture(bytes, this.#nonce, names);
    if (answer.kind !== 'ended' || !capture) return null;
    const jobs = numberedByHost(capture.jobs, this.context.bash.pid);
    this.context.jobs = new Set(jobs);
    this.context.trapsInterrupt = capture.trapsInterrupt;
    this.context.trapsReturn = capture.trapsReturn;
    return { cwd: capture.cwd, state: capture.state, stateProblem: null, jobs: jobs.filter(isRunning).length };
  }

  #releaseInput(): void {
    this.input?.close();
    if (this.input?.isFree()) this.context.directory.fifos.giveName(this.input.name);
  }
}
