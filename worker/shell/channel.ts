/**
 * The reading end of a FIFO that serves one command after another.
 *
 * Most commands are over before a socket would be set up, so the FIFO is only read when the command ended, or by a
 * socket once it lasts (`attach`). After the status arrived, everything the command wrote is in the FIFO: reading
 * until it is empty (`drain`) has all of it, and end-of-file tells that no process holds it any more.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';

export type Sink = (bytes: Uint8Array) => void | Promise<void>;

/** A FIFO's greatest size without privileges: after the end, no more than this is the command's own. */
const drainBytesMax = 1024 * 1024;
const readBytes = 64 * 1024;
const scratch = Buffer.allocUnsafe(readBytes);
const readFlags = constants.O_RDONLY | constants.O_NONBLOCK;
/** Where the shell may put a link in a FIFO's place, the host must not read for it what that leads to. */
const openFlags = readFlags | constants.O_NOFOLLOW;

/** One FIFO, kept open from command to command. */
export class Channel {
  readonly name: string;
  #fd: number;
  #sink: Sink = () => {};
  #socket: Socket | null = null;
  #ended: (() => void) | null = null;
  #tail: Promise<void> | null = null;
  #error: unknown = null;

  /** Opens a FIFO that exists. */
  constructor(directory: string, name: string) {
    this.name = name;
    this.#fd = openSync(`${directory}/${name}`, openFlags);
  }

  /** False if somebody removed the FIFO: bash would create a plain file in its place. */
  get isLinked(): boolean {
    return fstatSync(this.#fd).nlink > 0;
  }

  /** Who gets what is read from now on. */
  start(sink: Sink): void {
    this.#sink = sink;
  }

  /** Reads as bytes come, from now on. `ended` is called once no process holds the FIFO and all was read. */
  attach(ended?: () => void): void {
    this.#ended = ended ?? null;
    if (this.#socket) return;
    // Its own descriptor, since it closes it at end-of-file; by number, since the name may be gone.
    const fd = openSync(`/proc/self/fd/${this.#fd}`, readFlags);
    const socket = new Socket({ fd, readable: true, writable: false });
    this.#socket = socket;
    socket.on('data', (bytes) => this.#deliver(bytes));
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      void Promise.resolve(this.#tail).then(() => this.#ended?.());
    });
  }

  /** Reads all there is now, of one that was closed nothing. True if some process still holds the FIFO. */
  drain(): boolean {
    if (this.#fd < 0) return false;
    // What a paused socket holds comes first; reading it has it delivered.
    while (this.#socket?.read());
    for (let total = 0; total < drainBytesMax; ) {
      const count = readNow(this.#fd);
      if (count === null) return true;
      if (count === 0) {
        this.#detach();
        return false;
      }
      total += count;
      this.#deliver(Uint8Array.prototype.slice.call(scratch, 0, count));
    }
    return true;
  }

  /** What is read from now on goes to another sink; resolves when the old one has taken all, rejects with its error. */
  async handOver(sink: Sink): Promise<void> {
    this.#sink = sink;
    await this.#tail;
    const error = this.#error;
    this.#error = null;
    if (error) throw error;
  }

  close(): void {
    this.#detach();
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }

  #detach(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
  }

  // A sink that is busy pauses the socket; what was read meanwhile waits in order.
  #deliver(bytes: Uint8Array): void {
    const sink = this.#sink;
    const taken = this.#tail ? this.#tail.then(() => sink(bytes)) : attempt(() => sink(bytes));
    if (!taken) return;
    this.#socket?.pause();
    const tail = taken
      .catch((error: unknown) => {
        this.#error ??= error;
      })
      .then(() => {
        if (this.#tail !== tail) return;
        this.#tail = null;
        this.#socket?.resume();
      });
    this.#tail = tail;
  }
}

// What a sink throws must not unwind into a socket's event.
function attempt(sink: () => void | Promise<void>): Promise<void> | null {
  try {
    return sink() ?? null;
  } catch (error) {
    return Promise.reject(error);
  }
}

function readNow(fd: number): number | null {
  try {
    return readSync(fd, scratch, 0, readBytes, null);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
    throw error;
  }
}
