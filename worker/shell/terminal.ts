/** The terminal of a shell: a PTY, its screen, and what is typed into it by callers and by the emulator's answers. */
import type { Sink } from './channel.ts';
import { Emulator } from './emulator.ts';
import { keyBytes } from './keys.ts';
import { Pty } from './pty.ts';
import { TerminalOutput } from './terminalOutput.ts';
import type { Key, Screen, ShellTerminal, TerminalOptions, TerminalSize } from './terminalTypes.ts';
import type { Account } from './types.ts';
import { Typing } from './typing.ts';

/** Puts these together for one shell. */
export class Terminal implements ShellTerminal {
  readonly path: string;
  /** The path that bash knows it by. */
  readonly name: string;
  #pty: Pty;
  #output: TerminalOutput;
  #typing: Typing;
  #emulator: Emulator;
  #isClosed = false;
  #onChange: () => void;

  /** Throws where the system gives no PTY. */
  constructor(options: TerminalOptions, account: Account | undefined, name?: string) {
    this.#pty = new Pty(options, account);
    this.path = this.#pty.path;
    this.name = name ?? this.path;
    this.#typing = new Typing(this.#pty.master);
    this.#onChange = options.onChange ?? (() => {});
    const answer = (bytes: Uint8Array) => void this.#typing.answer(bytes);
    this.#emulator = new Emulator(options, answer, () => this.#onChange());
    this.#output = new TerminalOutput(this.#pty, (bytes) => this.#emulator.write(bytes));
  }

  /** It was made before it was known whose it would be: of this size, and who is told of changes. Nothing was shown in it yet. */
  begin({ cols, rows, onChange = () => {} }: TerminalOptions): void {
    this.#onChange = onChange;
    this.resize({ cols, rows });
  }

  /** Who gets what is shown from now on. */
  start(sink: Sink): void {
    this.#output.start(sink);
  }

  /**
   * What was shown until now belongs to the present sink; what follows goes to another. Resolves when the present one has
   * taken all, rejects with its error.
   */
  handOver(sink: Sink): Promise<void> {
    return this.#output.handOver(sink);
  }

  async press(keys: Key[]): Promise<void> {
    await this.type(keyBytes(keys, await this.#emulator.applicationCursor()));
  }

  /** Types bytes; resolves once the terminal has taken them. Rejects where it is closed before. */
  type(bytes: Uint8Array): Promise<void> {
    return this.#typing.type(bytes);
  }

  screen(): Promise<Screen> {
    return this.#emulator.screen();
  }

  resize(size: TerminalSize): void {
    if (this.#isClosed) return;
    this.#emulator.resize(size);
    this.#pty.resize(size);
  }

  /** Lets go of it: nothing is typed any more. Does any process still have it open? */
  isHeld(): boolean {
    // Its descriptor goes with the last process that has it open, and the number may then be another file's.
    this.#isClosed = true;
    this.#typing.close();
    return this.#pty.isHeld();
  }

  close(): void {
    this.#isClosed = true;
    this.#typing.close();
    this.#output.close();
    this.#pty.close();
    this.#emulator.close();
  }
}
