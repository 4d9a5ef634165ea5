/** One exchange with the bash of the far side: trigger lines there, its answer and its state back, with streams of their own. */
import { randomBytes } from 'node:crypto';
import type { Answer } from '../bash.ts';
import { type CommandTrigger, createNonce, type StreamNames, triggerLines } from '../protocol.ts';
import { stateBytesMax } from '../streams.ts';
import type { StreamName } from '../types.ts';
import type { RemoteChannel } from './channel.ts';
import type { RemoteContext } from './context.ts';
import { type Frame, numberOf } from './frames.ts';

type OnOutput = (stream: StreamName, bytes: Uint8Array) => void | Promise<void>;
/** Not begun for certain: a file could not be written there (refused), or the FIFOs are gone (missing). */
export type RemoteAnswer = Answer | { kind: 'refused' } | { kind: 'missing' };

/** Where the output of an exchange goes. */
export interface Streams {
  onOutput: OnOutput;
  onLate: OnOutput;
  /** One: stderr goes into stdout. None where nothing of a user's is run. */
  outputs: 0 | 1 | 2;
}

const exitCodeMax = 255;
const answers = ['ended', 'broken', 'exit', 'refused', 'missing'];

/** Begins when it is sent, and is over when bash has answered and its streams were read. */
export class Exchange {
  readonly nonce = createNonce();
  readonly #context: RemoteContext;
  readonly #channels: RemoteChannel[];
  readonly #streams: Streams;
  #state: Uint8Array[] = [];
  #stateLength = 0;

  constructor(context: RemoteContext, streams: Streams) {
    this.#context = context;
    this.#streams = streams;
    this.#channels = Array.from({ length: 1 + streams.outputs }, () => context.channels.take());
  }

  /** Of its channels: of the state, stdout, stderr. */
  get names(): string[] {
    return this.#channels.map(({ name }) => name);
  }

  streamNames(stdin: string | null): StreamNames {
    const [, stdout = '', stderr = null] = this.names;
    return { stdout, stderr, stdin };
  }

  get isStateWhole(): boolean {
    return this.#stateLength <= stateBytesMax;
  }

  /** What the shell wrote for the state; its beginning alone where it is too great. */
  get state(): Uint8Array {
    return Buffer.concat(this.#state);
  }

  /** Has bash do it; resolves with its answer, or that it is gone. */
  async run(what: { command?: CommandTrigger; terminate?: boolean }): Promise<RemoteAnswer> {
    const { connection } = this.#context;
    const mark = randomBytes(16).toString('hex');
    this.#begin(Buffer.from(mark));
    const { command, terminate } = what;
    const lines = triggerLines({
      nonce: this.nonce,
      state: this.names[0] ?? '',
      ...(command && { command }),
      ...(terminate && { terminate: this.streamNames(null) }),
    });
    const answer = connection.next(...answers);
    connection.send(
      `run ${this.nonce} ${mark} ${Buffer.byteLength(lines)} ${this.names.join(' ')}`,
      Buffer.from(lines),
    );
    return this.#answerOf(await answer);
  }

  /** Resolves once all that was written before the answer was taken. Rejects with the error of who took it. */
  async settled(): Promise<void> {
    const settled = await Promise.allSettled(this.#channels.map((channel) => channel.settled()));
    const failed = settled.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** It is not run. */
  giveBack(): void {
    for (const channel of this.#channels) channel.giveBack();
  }

  #begin(mark: Uint8Array): void {
    const { onOutput, onLate } = this.#streams;
    const [state, stdout, stderr] = this.#channels;
    const keep = (bytes: Uint8Array) => this.#keepState(bytes);
    state?.begin(null, keep, keep);
    const output = (stream: StreamName, channel: RemoteChannel | undefined) => {
      const [taken, late] = [onOutput.bind(null, stream), onLate.bind(null, stream)];
      channel?.begin(mark, taken, late);
    };
    output('stdout', stdout);
    output('stderr', stderr);
  }

  #answerOf(frame: Frame | null): RemoteAnswer {
    switch (frame?.kind) {
      case 'ended':
        return ended(frame.words);
      case 'broken':
        return { kind: 'broken' };
      case 'refused':
      case 'missing':
        this.giveBack();
        return { kind: frame.kind };
      default:
        return { kind: 'gone', exit: this.#context.exit ?? { exitCode: null, signal: null } };
    }
  }

  #keepState(bytes: Uint8Array): void {
    this.#stateLength += bytes.length;
    if (this.isStateWhole) this.#state.push(bytes);
  }
}

// Any other number is none of bash's, and its shell is not well.
function ended([code, ran]: string[]): RemoteAnswer {
  const exitCode = numberOf(code, exitCodeMax);
  return exitCode === null ? { kind: 'broken' } : { kind: 'ended', exitCode, ran: ran === 'ran' };
}
