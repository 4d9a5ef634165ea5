/** A pseudo-terminal: its two ends and its size. Made by node-pty, of which only the system calls are used. */
import { chownSync, closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { TerminalSize } from './terminalTypes.ts';
import type { Account } from './types.ts';

interface Native {
  open(cols: number, rows: number): { master: number; slave: number; pty: string };
  resize(fd: number, cols: number, rows: number): void;
}

/** bash keeps its own terminal at this descriptor, so none that it may inherit is to have the number (prelude.bash). */
const reservedFd = 255;
/** What the kernel may hold of a terminal's output is read by fewer reads. */
const readsMax = 16;
const scratch = Buffer.allocUnsafe(64 * 1024);
/** The master's answer where nobody has the terminal open. */
const hungUp = 'EIO';
let native: Native | undefined;

/** One of the system's, from when it is made until it is closed. */
export class Pty {
  /** The terminal as programs open it. */
  readonly path: string;
  readonly master: number;
  #own: number;

  /**
   * Makes one that belongs to the account alone. Its own side stays open here too, so that reading the master never fails
   * while no process has the terminal open. Throws where the system has none left.
   */
  constructor(size: TerminalSize, account: Account | undefined) {
    native ??= load();
    const { master, pty } = openAside(native, size);
    this.master = master;
    this.path = pty;
    if (account) chownSync(pty, account.uid, account.gid);
    this.#own = openSync(pty, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  }

  resize({ cols, rows }: TerminalSize): void {
    native?.resize(this.master, cols, rows);
  }

  /** Writes as a program in the terminal would; returns how many bytes it took. */
  print(bytes: Uint8Array): number {
    if (this.#own < 0) return 0;
    try {
      return writeSync(this.#own, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  }

  /** Closes its own side. Does any process still have it open, then? What it wrote is read and dropped. */
  isHeld(): boolean {
    this.close();
    try {
      for (let read = 0; read < readsMax; read += 1) readSync(this.master, scratch);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== hungUp;
    }
  }

  /** Closes its own side; the master belongs to whoever reads it. */
  close(): void {
    if (this.#own >= 0) closeSync(this.#own);
    this.#own = -1;
  }
}

// node-pty's `open` reads from both ends, and would take what is typed.
function load(): Native {
  return createRequire(import.meta.url)('@lydell/node-pty/requireBinary.js').requireBinary('pty.node') as Native;
}

function openAside(from: Native, size: TerminalSize): { master: number; pty: string } {
  const { master, slave, pty } = from.open(size.cols, size.rows);
  const reserved = master === reservedFd || slave === reservedFd;
  const opened = reserved ? openAside(from, size) : { master, pty };
  // Opened anew by its path, since this one would be inherited by every child.
  closeSync(slave);
  if (reserved) closeSync(master);
  return opened;
}
