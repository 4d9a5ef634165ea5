/** The stdin of an interactive command: a FIFO that the host fills as bytes come, and ends when it is told to. */
import { closeSync, constants, openSync, readlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 2;

/** The input of one command, from its start to its end. */
export class Input {
  readonly name: string;
  #path: string;
  #pid: number;
  #socket: Socket;
  #ended = false;
  #closed = false;

  constructor(directory: string, name: string, pid: number) {
    this.name = name;
    this.#path = `${directory}/${name}`;
    this.#pid = pid;
    // Open both ways, so that neither end waits for the other: until bash opened it, this keeps it open.
    const fd = openSync(this.#path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    this.#socket = new Socket({ fd, readable: false, writable: true });
    this.#socket.on('error', () => {});
  }

  /** Resolves when there is room for more, or when the command is over and nobody will read it. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#ended || this.#closed) throw new Error('The input has ended.');
    await new Promise<void>((resolve) => this.#socket.write(bytes, () => resolve()));
  }

  /** End-of-file after what was written. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    void this.#endOnceOpened();
  }

  /** The command is over. */
  close(): void {
    this.#closed = true;
    this.#socket.destroy();
  }

  /** Does no process read from it any more? */
  isFree(): boolean {
    try {
      closeSync(openSync(this.#path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW));
      return false;
    } catch {
      return true;
    }
  }

  // Closed before bash has opened it, the FIFO would lose what was written and leave bash waiting for a writer.
  async #endOnceOpened(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.write('', () => resolve()));
    while (!this.#closed && readLink(`/proc/${this.#pid}/fd/0`) !== this.#path) await delay(pollMs);
    this.#socket.destroy();
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
