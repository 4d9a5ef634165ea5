/** Writes below this are put together, so that a chatty stream is not a list of single bytes. */
const chunkBytesMin = 4 * 1024;

/** The last bytes of a stream: grows by `push`, is cut from the front by `trim`. */
export class Tail {
  readonly #chunks: Buffer[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Takes a copy of the next bytes. */
  push(bytes: Uint8Array): void {
    this.#length += bytes.length;
    const last = this.#chunks.at(-1);
    if (last && last.length < chunkBytesMin) this.#chunks[this.#chunks.length - 1] = Buffer.concat([last, bytes]);
    else this.#chunks.push(Buffer.from(bytes));
  }

  /** Forgets the oldest bytes beyond the last `bytesMax`. */
  trim(bytesMax: number): void {
    while (this.#length > bytesMax) {
      const first = this.#chunks[0] ?? Buffer.alloc(0);
      const excess = this.#length - bytesMax;
      if (first.length <= excess) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(excess);
      this.#length -= Math.min(first.length, excess);
    }
  }

  /** All that is kept. */
  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
