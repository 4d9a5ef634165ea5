/** The last bytes of a stream, however long it is, in bounded memory. */
export class Tail {
  readonly #bytesMax: number;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Takes the next bytes and forgets the oldest beyond the limit. */
  push(bytes: Uint8Array): void {
    const kept = Buffer.from(bytes.subarray(Math.max(0, bytes.length - this.#bytesMax)));
    this.#chunks.push(kept);
    this.#length += kept.length;
    // Small writes would leave a long list of small chunks; now and then they become one.
    if (this.#length <= 2 * this.#bytesMax && this.#chunks.length <= 1_000) return;
    const all = Buffer.from(this.bytes());
    this.#chunks = [all];
    this.#length = all.length;
  }

  /** What is kept: at most the limit. */
  bytes(): Buffer {
    const all = Buffer.concat(this.#chunks);
    return all.subarray(Math.max(0, all.length - this.#bytesMax));
  }
}
