/**
 * What a terminal shows, in order: to the running command's sink and to the screen.
 *
 * What a program wrote is not at once readable at the master: the kernel passes it on in its own time. So the end of a
 * command's output is found by a mark that the host writes into the terminal after the command, and takes out again.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { ReadStream } from 'node:tty';
import type { Sink } from './channel.ts';
import { createMark, MarkFinder } from './marker.ts';
import type { Pty } from './pty.ts';

/** A terminal that was stopped (Ctrl-S) takes no mark: after this much silence what was read has to do. */
const silentMsMax = 500;
/** A job that writes without end may keep the mark from its turn. Beyond what the kernel holds, nothing is the command's. */
const heldBytesMax = 256 * 1024;
const pollFirstMs = 1;
const pollMostMs = 50;

/** Reads one terminal for as long as it is open, and tells each command's part from the next one's. */
export class TerminalOutput {
  #pty: Pty;
  #stream: ReadStream;
  #show: (bytes: Uint8Array) => Promise<void> | undefined;
  #sink: Sink = () => {};
  #finder: MarkFinder | null = null;
  #onFound: (() => void) | null = null;
  #tail: Promise<void> = Promise.resolve();
  #busy = 0;
  #lastReadAt = 0;
  #readBytes = 0;
  #error: unknown = null;

  /** Reads the terminal until `close`. What `show` promises is waited for before more is read. */
  constructor(pty: Pty, show: (bytes: Uint8Array) => Promise<void> | undefined) {
    this.#pty = pty;
    this.#show = show;
    this.#stream = new ReadStream(pty.master);
    this.#stream.on('data', (bytes: Uint8Array) => this.#take(bytes));
    this.#stream.on('error', () => {});
  }

  /** Who gets what is shown from now on. */
  start(sink: Sink): void {
    this.#sink = sink;
  }

  /**
   * What was shown until now belongs to the present sink; what follows goes to another. Resolves when the present one has
   * taken all, rejects with its error.
   */
  async handOver(sink: Sink): Promise<void> {
    await this.#readUpToMark(sink);
    this.#sink = sink;
    await this.#tail;
    const error = this.#error;
    this.#error = null;
    if (error) throw error;
  }

  close(): void {
    this.#stream.destroy();
  }

  async #readUpToMark(sink: Sink): Promise<void> {
    const readBefore = this.#readBytes;
    for (let isOwn = false; !isOwn; ) {
      // One that was given up, and may still come, is waited for first.
      isOwn = this.#finder === null;
      this.#finder ??= this.#sendMark();
      const found = new Promise<boolean>((resolve) => {
        this.#onFound = () => {
          if (isOwn) this.#sink = sink;
          resolve(true);
        };
      });
      if (!(await Promise.race([found, this.#untilHopeless(readBefore)]))) break;
    }
    this.#onFound = null;
  }

  #sendMark(): MarkFinder {
    const finder = new MarkFinder(createMark());
    void this.#print(finder.mark);
    return finder;
  }

  // Goes on though nobody waits any more: half a mark would swallow what follows it on the screen.
  async #print(mark: Uint8Array): Promise<void> {
    let left = mark;
    for (let pollMs = pollFirstMs; !this.#stream.destroyed; pollMs = Math.min(pollMs * 2, pollMostMs)) {
      left = left.subarray(this.#pty.print(left));
      if (left.length === 0) return;
      await delay(pollMs);
    }
  }

  async #untilHopeless(readBefore: number): Promise<false> {
    this.#lastReadAt = performance.now();
    for (let pollMs = pollFirstMs; this.#onFound !== null; pollMs = Math.min(pollMs * 2, pollMostMs)) {
      const silentMs = this.#busy === 0 ? performance.now() - this.#lastReadAt : 0;
      if (this.#stream.destroyed || silentMs > silentMsMax || this.#readBytes - readBefore > heldBytesMax) break;
      await delay(pollMs);
    }
    return false;
  }

  #take(bytes: Uint8Array): void {
    this.#readBytes += bytes.length;
    this.#lastReadAt = performance.now();
    const split = this.#finder?.push(bytes) ?? { before: bytes, after: null };
    this.#deliver(split.before);
    if (split.after === null) return;
    const onFound = this.#onFound;
    this.#finder = null;
    this.#onFound = null;
    onFound?.();
    this.#deliver(split.after);
  }

  // Reading pauses while the sink or the screen has no room.
  #deliver(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const sink = this.#sink;
    const shown = this.#show(bytes);
    const deliver = async () => {
      await sink(bytes);
      await shown;
    };
    this.#busy += 1;
    this.#stream.pause();
    this.#tail = this.#tail
      .then(deliver)
      .catch((error: unknown) => {
        this.#error ??= error;
      })
      .then(() => {
        this.#busy -= 1;
        this.#lastReadAt = performance.now();
        if (this.#busy === 0) this.#stream.resume();
      });
  }
}
