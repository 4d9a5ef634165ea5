/** One shell of a session, from when it is open until nothing of it is left. */
import type { Companion } from './companion.ts';
import type { Cell } from './sandbox/index.ts';
import type { Shell } from './shell/index.ts';

/** Knows how to end it and all that was made for it. */
export class OpenedShell {
  readonly id: string;
  readonly shell: Shell;
  readonly cell: Cell;
  /** bash is gone; what it started may be there still. */
  hasExited = false;
  readonly #companion: Companion;
  #closing: Promise<void> | null = null;

  constructor(id: string, shell: Shell, cell: Cell, companion: Companion) {
    this.id = id;
    this.shell = shell;
    this.cell = cell;
    this.#companion = companion;
  }

  /** Nobody has begun to close it. */
  get isOpen(): boolean {
    return this.#closing === null;
  }

  /** Ends the shell and all that it started, once; resolves when nothing is left. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.shell.close();
    this.#companion.closed(this.id);
    await this.cell.leave();
  }
}
