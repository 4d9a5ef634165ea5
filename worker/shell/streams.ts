/** The streams of one command: FIFOs for its stdout and stderr or a terminal, and the FIFO its shell writes the state to. */
import type { Channel } from './channel.ts';
import type { Fifos } from './fifos.ts';
import type { StreamNames } from './protocol.ts';
import type { Terminal } from './terminal.ts';
import type { StreamName } from './types.ts';

/** A greater state is not kept: the host holds it in memory, and the caller stores it. */
export const stateBytesMax = 16 * 1024 * 1024;
export const tooGreat =
  `The shell's state after this command is greater than ${stateBytesMax / 1024 / 1024} MiB and was not kept: ` +
  'should this shell end, the next one has the state before. Unset what is great.';

type OnOutput = (stream: StreamName, bytes: Uint8Array) => void | Promise<void>;

interface StreamsContext {
  directory: { fifos: Fifos };
  options: { mergeOutput?: boolean };
  terminal: Terminal | null;
}

/** Takes them for a command when it starts, and gives them back when nobody holds them. */
export class CommandStreams {
  readonly state: Channel;
  #terminal: Terminal | null;
  #stdout: Channel | null;
  #stderr: Channel | null;
  #fifos: Fifos;
  #hasPrinted = false;
  #stateBytes: Uint8Array[] = [];
  #stateLength = 0;

  /** Takes three FIFOs that must be in stock; two if stderr goes into stdout; one where there is a terminal. */
  constructor({ directory: { fifos }, options, terminal }: StreamsContext, onOutput: OnOutput) {
    this.#fifos = fifos;
    this.#terminal = terminal;
    this.#stdout = terminal ? null : fifos.takeChannel();
    this.#stderr = terminal || options.mergeOutput ? null : fifos.takeChannel();
    this.state = fifos.takeChannel();
    (this.#terminal ?? this.#stdout)?.start((bytes) => {
      this.#hasPrinted ||= this.#stderr !== null;
      return onOutput('stdout', bytes);
    });
    this.#stderr?.start((bytes) => onOutput('stderr', bytes));
    this.state.start((bytes) => this.#keepState(bytes));
  }

  names(stdin: string | null): StreamNames {
    const terminal = this.#terminal?.name ?? null;
    return { stdout: this.#stdout?.name ?? '', stderr: this.#stderr?.name ?? null, stdin, terminal };
  }

  /** Reads as bytes come, from now on. */
  attach(): void {
    for (const channel of [this.#stdout, this.#stderr, this.state]) channel?.attach();
  }

  /** Has the command certainly printed something? What bash says of streams that it cannot open goes to stderr. */
  hasPrinted(): boolean {
    this.#stdout?.drain();
    return this.#hasPrinted;
  }

  /** What the shell wrote for the state; its beginning alone where it is too great. */
  takeState(): Uint8Array {
    this.state.drain();
    return Buffer.concat(this.#stateBytes);
  }

  get isStateWhole(): boolean {
    return this.#stateLength <= stateBytesMax;
  }

  /** The FIFOs that some process still holds; reads what is in them. */
  heldPaths(): string[] {
    return this.#fifos.heldPaths([this.#stdout, this.#stderr].filter((channel) => channel !== null));
  }

  /**
   * The command is over: takes what it wrote. A FIFO that a background job still holds goes on being read, for
   * `onLate`, and serves no other command until it is let go. Resolves when `onOutput` has taken everything.
   */
  async release(onLate: OnOutput): Promise<void> {
    const taken: Promise<void>[] = [];
    if (this.#terminal) taken.push(this.#terminal.handOver((bytes) => onLate('stdout', bytes)));
    if (this.#stdout) taken.push(this.#release(this.#stdout, (bytes) => onLate('stdout', bytes)));
    if (this.#stderr) taken.push(this.#release(this.#stderr, (bytes) => onLate('stderr', bytes)));
    taken.push(this.#release(this.state, () => {}));
    const failed = (await Promise.allSettled(taken)).find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  #release(channel: Channel, onLate: (bytes: Uint8Array) => void | Promise<void>): Promise<void> {
    const give = () => this.#fifos.giveChannel(channel);
    const isHeld = channel.drain();
    const taken = channel.handOver(onLate);
    if (isHeld) channel.attach(give);
    else give();
    return taken;
  }

  #keepState(bytes: Uint8Array): void {
    this.#stateLength += bytes.length;
    if (this.isStateWhole) this.#stateBytes.push(bytes);
  }
}
