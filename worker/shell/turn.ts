/** Whose turn it is in a shell: one command's at a time, and nobody's once it is closed. */
import { NotStartedError, ShellGoneError } from './errors.ts';
import type { EndReason, ShellResult } from './types.ts';

interface Running {
  run(): Promise<ShellResult>;
  end(reason: EndReason): Promise<void>;
}

/** Gives it to one command, and takes it back at its end. */
export class Turn<Run extends Running> {
  /** The command that has it. */
  running: Run | null = null;
  #isGone: () => boolean;
  #isTaken = false;
  #closing: Promise<void> | null = null;

  /** `isGone`: bash has ended. */
  constructor(isGone: () => boolean) {
    this.#isGone = isGone;
  }

  /** Runs what `begin` makes, once `prepare` has made ready for it. Rejects where the shell is gone by then, or busy. */
  async take(begin: () => Run, prepare?: () => Promise<void>): Promise<ShellResult> {
    this.#requireShell();
    if (this.#isTaken) throw new NotStartedError('Another command is running.');
    this.#isTaken = true;
    try {
      if (prepare) {
        await prepare();
        this.#requireShell();
      }
      this.running = begin();
      return await this.running.run();
    } finally {
      this.running = null;
      this.#isTaken = false;
    }
  }

  /** Ends what runs; resolves when `take` has its result. */
  async end(reason: EndReason): Promise<void> {
    await this.running?.end(reason);
  }

  /** Closes the shell by `close`, once; nothing runs in it from now on. */
  close(close: () => Promise<void>): Promise<void> {
    this.#closing ??= close();
    return this.#closing;
  }

  #requireShell(): void {
    if (this.#closing || this.#isGone()) throw new ShellGoneError('The shell is gone.');
  }
}
