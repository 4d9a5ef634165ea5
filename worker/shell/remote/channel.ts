/**
 * One stream from the far side. A mark that nobody there can know says how far it belongs to a command: what comes after it is late, of
 * jobs that go on. Each chunk that was taken is a credit for another.
 */
import { MarkFinder } from '../marker.ts';
import type { Connection } from './connection.ts';

/** Chunks of one stream that were not taken yet. A network's delay costs less with more of them, and the host has room for these. */
export const windowChunks = 8;
/** As much as a FIFO holds. */
export const chunkBytes = 48 * 1024;
/** The first byte of a chunk comes apart. */
const chunkBytesMax = chunkBytes + 1;

type Sink = (bytes: Uint8Array) => void | Promise<void>;

/** Takes bytes that nobody wants. */
const nobody = () => {};

/** One such stream, which serves one command after another. */
export class RemoteChannel {
  readonly name: string;
  /** No process holds it, and all was read. */
  isFree = true;
  #connection: Connection;
  #waiting = 0;
  #sink: Sink = nobody;
  #late: Sink = nobody;
  #finder: MarkFinder | null = null;
  #settled = Promise.withResolvers<void>();
  #tail: Promise<void> = Promise.resolve();
  #error: unknown = null;

  constructor(name: string, connection: Connection) {
    this.name = name;
    this.#connection = connection;
  }

  /** From now on `sink` gets what comes before the mark, and `late` the rest; without a mark it gets all. */
  begin(mark: Uint8Array | null, sink: Sink, late: Sink): void {
    this.isFree = false;
    this.#finder = mark && new MarkFinder(mark);
    this.#sink = sink;
    this.#late = late;
    this.#error = null;
    this.#settled = Promise.withResolvers();
  }

  /** A chunk came. Whoever sends more than there is room for is not our agent any more. */
  take(bytes: Uint8Array): void {
    this.#waiting += 1;
    if (this.#waiting > windowChunks || bytes.length > chunkBytesMax) this.#connection.kill();
    else void this.#take(bytes);
  }

  /** It was taken for nothing. */
  giveBack(): void {
    this.isFree = true;
    this.#settle();
  }

  /** Nobody holds it any more. */
  end(): void {
    this.#next(() => this.#finish()).then(() => {
      this.isFree = true;
    });
  }

  /** Resolves once all that came before the mark was taken, or nothing comes any more. Rejects with the sink's error. */
  async settled(): Promise<void> {
    await this.#settled.promise;
    const error = this.#error;
    this.#error = null;
    if (error) throw error;
  }

  /** Nothing will come. */
  lose(): void {
    void this.#next(() => this.#finish());
  }

  #next(step: () => Promise<void>): Promise<void> {
    this.#tail = this.#tail.then(step);
    return this.#tail;
  }

  async #take(bytes: Uint8Array): Promise<void> {
    await this.#next(() => this.#deliver(bytes));
    this.#waiting -= 1;
    this.#connection.send(`credit ${this.name}`);
  }

  async #deliver(bytes: Uint8Array): Promise<void> {
    if (!this.#finder) return this.#give(this.#late, bytes);
    const { before, after } = this.#finder.push(bytes);
    await this.#give(this.#sink, before);
    if (after === null) return;
    this.#settle();
    await this.#give(this.#late, after);
  }

  async #finish(): Promise<void> {
    if (this.#finder) await this.#give(this.#sink, this.#finder.rest());
    this.#settle();
  }

  async #give(sink: Sink, bytes: Uint8Array): Promise<void> {
    try {
      if (bytes.length > 0) await sink(bytes);
    } catch (error) {
      this.#error ??= error;
    }
  }

  #settle(): void {
    this.#finder = null;
    this.#settled.resolve();
  }
}
