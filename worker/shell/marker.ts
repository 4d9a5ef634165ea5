/** Finds, and takes out, the mark that tells how far a terminal's output has been read. Pure. */
import { randomBytes } from 'node:crypto';

interface Split {
  before: Uint8Array;
  /** What follows the mark; null while it has not come. */
  after: Uint8Array | null;
}

/** A mark that no program can foresee. Where one should ever be shown, a terminal ignores it (ECMA-48, APC). */
export function createMark(): Uint8Array {
  return Buffer.from(`\x1b_${randomBytes(8).readBigUInt64LE()}\x1b\\`);
}

/** Looks for one mark in bytes that come in pieces. */
export class MarkFinder {
  readonly mark: Uint8Array;
  #held: Uint8Array = Buffer.of();

  constructor(mark: Uint8Array) {
    this.mark = mark;
  }

  /** Takes bytes as they come. What may be the mark's beginning is held back until it is known. */
  push(bytes: Uint8Array): Split {
    const all = Buffer.concat([this.#held, bytes]);
    const at = all.indexOf(this.mark);
    const heldFrom = at >= 0 ? all.length : this.#beginning(all);
    this.#held = all.subarray(heldFrom);
    if (at >= 0) return { before: all.subarray(0, at), after: all.subarray(at + this.mark.length) };
    return { before: all.subarray(0, heldFrom), after: null };
  }

  /** What is held back, where the mark is waited for no longer. */
  rest(): Uint8Array {
    return this.#held;
  }

  /** Where the mark's beginning stands at the end of these bytes; their length if it does not. */
  #beginning(all: Buffer): number {
    for (let from = Math.max(0, all.length - this.mark.length + 1); from < all.length; from += 1) {
      if (all.subarray(from).equals(this.mark.subarray(0, all.length - from))) return from;
    }
    return all.length;
  }
}
