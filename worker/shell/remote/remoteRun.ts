import { NotStartedError, ShellGoneError } from '../errors.ts';
import { wrapperText } from '../protocol.ts';
import { toResult } from '../result.ts';
import type { EndReason, ShellCommand, ShellResult } from '../types.ts';
import { lostText, type RemoteContext, writeFile } from './context.ts';
import { Exchange, type RemoteAnswer, type Streams } from './exchange.ts';
import { RemoteInput } from './input.ts';
import { keepAfter } from './remoteState.ts';

const refused =
  'The files of the command could not be written where its shell is (is its disk full?), so it did not run.';

/** One command in a shell elsewhere, from its files to its result: run.ts, on this side of a connection. */
export class RemoteRun {
  readonly command: ShellCommand;
  readonly context: RemoteContext;
  /** What bash answered to the command itself. */
  readonly answered: Promise<RemoteAnswer>;
  input: RemoteInput | null = null;
  #resolveAnswered: (answer: RemoteAnswer) => void;
  #exchange: Exchange;
  /** Certainly: what bash says of streams that it cannot open goes to stderr. */
  #hasPrinted = false;
  #ending: Promise<EndReason | null> | null = null;
  #end: (run: RemoteRun) => Promise<boolean>;

  /** `end` ends it; false if it turns out that it had ended before, or if nobody can tell. */
  constructor(command: ShellCommand, context: RemoteContext, end: (run: RemoteRun) => Promise<boolean>) {
    this.command = command;
    this.context = context;
    this.#end = end;
    this.#exchange = new Exchange(context, this.#streams());
    ({ promise: this.answered, resolve: this.#resolveAnswered } = Promise.withResolvers<RemoteAnswer>());
  }

  /** Runs it. Rejects with what `onStart` throws, and with NotStartedError if bash did certainly not begin it. */
  async run(): Promise<ShellResult> {
    try {
      const stdin = this.#prepareInput();
      const trigger = this.#prepare(stdin);
      this.#onStart();
      const { timeoutMs } = this.command;
      const timeout = timeoutMs === undefined ? undefined : setTimeout(() => this.#timeOut(), timeoutMs);
      const answering = this.#exchange.run({ command: trigger });
      this.command.onStarted?.();
      const answer = await answering;
      clearTimeout(timeout);
      this.#resolveAnswered(answer);
      return await this.#finish(answer, await this.#ending);
    } finally {
      this.input?.close();
    }
  }

  /** Its id, and the jobs that are not its own: for the agent. */
  get mark(): string {
    return [this.command.id, ...this.context.jobs].join(' ');
  }

  get isEnding(): boolean {
    return this.#ending !== null;
  }

  /** The names of its streams. */
  get outputs(): string[] {
    return this.#exchange.names.slice(1);
  }

  /** Ends it; the reason is what `run` reports, unless it had ended by itself, or nobody can tell that it has. */
  async end(reason: EndReason): Promise<void> {
    this.#ending ??= this.#end(this).then((wasEnded) => (wasEnded ? reason : null));
    await this.#ending;
  }

  /** Runs the shell's own TERM trap, once bash is back at its prompt: its output is the command's. */
  async terminate(): Promise<void> {
    await this.#exchange.settled();
    this.#exchange = new Exchange(this.context, this.#streams());
    await this.#exchange.run({ terminate: true });
  }

  // What goes wrong in ending it is told by `run`, which waits for the same promise.
  #timeOut(): void {
    this.end('timed_out').catch(() => {});
  }

  #onStart(): void {
    try {
      this.command.onStart?.();
    } catch (error) {
      this.#exchange.giveBack();
      throw error;
    }
  }

  #streams(): Streams {
    const { onLateOutput, mergeOutput } = this.context.options;
    return {
      onOutput: (stream, bytes) => {
        this.#hasPrinted ||= stream === 'stdout' && !mergeOutput;
        return this.command.onOutput(stream, bytes);
      },
      onLate: (stream, bytes) => onLateOutput?.(this.command.id, stream, bytes),
      outputs: mergeOutput ? 1 : 2,
    };
  }

  #prepareInput(): string | null {
    const { stdin } = this.command;
    if (stdin === undefined || stdin.length === 0) return null;
    if (stdin !== 'interactive') {
      writeFile(this.context, 'stdin', stdin);
      return 'stdin';
    }
    this.context.inputs += 1;
    this.input = new RemoteInput(this.context.connection, `input${this.context.inputs}`);
    return this.input.name;
  }

  #prepare(stdin: string | null) {
    const { id, text, environment, cwd } = this.command;
    writeFile(this.context, 'command', text);
    const names = { ...this.#exchange.streamNames(stdin), file: 'command' };
    const isOwn = cwd !== undefined || Object.keys(environment ?? {}).length > 0;
    if (isOwn) writeFile(this.context, 'run', wrapperText(names, { cwd, environment }));
    const { exitCode, trapsReturn } = this.context;
    return { ...names, id, wrapper: isOwn ? 'run' : null, exitCode, learnLastArgument: !trapsReturn };
  }

  async #finish(answer: RemoteAnswer, reason: EndReason | null): Promise<ShellResult> {
    const { context } = this;
    if (answer.kind === 'refused') throw Object.assign(new NotStartedError(refused), { code: 'ENOSPC' });
    if (answer.kind === 'missing') return this.#giveUp();
    await this.#exchange.settled();
    if (answer.kind === 'ended' && !answer.ran && !reason && !this.#hasPrinted) {
      throw new NotStartedError('bash could not open the streams of the command, so it did not run it.');
    }
    const after = await keepAfter(context, this.#exchange, answer);
    // A shell that cannot tell its state, or not even its status, cannot be given another command.
    if (!after) await context.kill();
    const result = toResult({ answer, reason, after: context.exit ? null : after, shellAlive: !context.exit });
    context.exitCode = result.exitCode ?? 0;
    return context.connection.isLost && !reason ? { ...result, stateProblem: lostText(context) } : result;
  }

  // Nothing was told to bash: another shell may run it.
  async #giveUp(): Promise<never> {
    await this.context.kill();
    throw new ShellGoneError('The FIFOs of the shell were removed.');
  }
}
