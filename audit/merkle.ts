/**
 * The Merkle tree of RFC 6962 (section 2.1) over the heads of all sessions, sorted by their ids: a snapshot of heads, not a log
 * that only grows. Memory is a hash a level.
 */
import { int64, prefixed, sha256, utf8, uuidBytes } from './bytes.ts';

const headDomain = utf8('limpet/head/v1\0');
const leafByte = Uint8Array.of(0);
const nodeByte = Uint8Array.of(1);

/** The last event of a session at a checkpoint. */
export interface Head {
  sessionId: string;
  seq: number;
  hash: Uint8Array;
}

/** A leaf of the tree. */
export function leafHash({ sessionId, seq, hash }: Head): Buffer {
  return sha256(leafByte, headDomain, prefixed(uuidBytes(sessionId)), prefixed(int64(seq)), prefixed(hash));
}

/** The node above two. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(nodeByte, left, right);
}

/** The root over leaves that come one after the other. */
export class MerkleRoot {
  /** Roots of full subtrees, the largest first: one for each set bit of `size`. */
  readonly #subtrees: Uint8Array[] = [];
  size = 0;

  add(leaf: Uint8Array): void {
    let node = leaf;
    for (let full = this.size; full % 2 === 1; full = Math.floor(full / 2)) {
      node = nodeHash(this.#subtrees.pop() as Uint8Array, node);
    }
    this.#subtrees.push(node);
    this.size += 1;
  }

  /** The root over what was added so far; SHA-256 of nothing where nothing was. */
  root(): Uint8Array {
    const last = this.#subtrees.at(-1);
    if (!last) return sha256(new Uint8Array());
    return this.#subtrees.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
  }
}

/**
 * The root that a leaf at `index` of `size` leads to by its path, the sibling of the lowest level first; undefined where the path is
 * not as long as that leaf's must be. RFC 6962, section 2.1.1.
 */
export function rootFromPath(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: Uint8Array[],
): Uint8Array | undefined {
  if (index < 0 || index >= size) return undefined;
  const siblings = path.values();
  let node = leaf;
  let [at, last] = [index, size - 1];
  while (last > 0) {
    // The last node of a level has no sibling if its number is even: it goes up as it is.
    if (at % 2 === 1 || at < last) {
      const sibling = siblings.next().value;
      if (!sibling) return undefined;
      node = at % 2 === 1 ? nodeHash(sibling, node) : nodeHash(node, sibling);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return siblings.next().done ? node : undefined;
}
