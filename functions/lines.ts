/** Output as shelld gives it: without empty lines, and without a line break at the end. Pure. */

const lineBreak = 10;

/**
 * Takes output piece by piece, in order, and gives what shelld would have answered. Bytes stay as they are: a line that holds
 * a carriage return alone is not empty, and what is no UTF-8 passes.
 */
export class Lines {
  #started = false;
  #owesBreak = false;

  /** What can be said now; a break is held back until a line follows it. */
  push(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const kept = new Uint8Array(bytes.length + 1);
    let length = 0;
    for (const byte of bytes) {
      if (byte === lineBreak) {
        this.#owesBreak = this.#started;
        continue;
      }
      if (this.#owesBreak) kept[length++] = lineBreak;
      kept[length++] = byte;
      this.#owesBreak = false;
      this.#started = true;
    }
    return kept.subarray(0, length);
  }
}
