/** The proofs of a session's bundle: which of its events the roots of signed checkpoints lead to. */
import type { Leaf, LineOf } from './bundle.ts';
import type { Chain } from './chain.ts';
import type { Coverage } from './coverage.ts';
import type { Findings } from './findings.ts';
import type { Trusted } from './history.ts';
import { leafHash, rootFromPath } from './merkle.ts';

type Proven = { seq: number; hash: Uint8Array; checkpoint: number };

/** Takes the proofs of one session, then says of each event by which checkpoint it is covered. */
export class Proofs implements Coverage {
  readonly #sessionId: string;
  readonly #findings: Findings;
  /** Sorted by seq: the chain meets them in that order. */
  readonly #waiting: Proven[] = [];
  /** Checkpoints about which the bundle shows something, and whether the session is in them; null where that is not to be trusted. */
  readonly #shown = new Map<number, boolean | null>();
  #covered = 0;
  /** Checkpoints at which the session must be shown: the newest, and the one seen before. */
  readonly #asked = new Set<number>();

  constructor(sessionId: string, findings: Findings) {
    this.#sessionId = sessionId;
    this.#findings = findings;
  }

  proof(line: LineOf<'proof'>, checkpoint: Trusted): void {
    const { seq, hash, number } = line;
    if (line.session_id !== this.#sessionId || !leadsToRoot(line, checkpoint)) {
      this.#bad(number);
      return;
    }
    this.#shown.set(number, true);
    const at = this.#waiting.findLastIndex((proven) => proven.seq <= seq);
    this.#waiting.splice(at + 1, 0, { seq, hash, checkpoint: number });
  }

  absence(line: LineOf<'absence'>, checkpoint: Trusted): void {
    const { before, after } = line;
    const neighbours = [before, after].filter((leaf) => leaf !== null);
    const isGap =
      (before === null || before.session_id < this.#sessionId) &&
      (after === null || after.session_id > this.#sessionId) &&
      (after?.index ?? checkpoint.heads) === (before?.index ?? -1) + 1;
    const isProven = isGap && neighbours.every((leaf) => leadsToRoot(leaf, checkpoint));
    if (line.session_id === this.#sessionId && isProven) this.#shown.set(line.number, false);
    else this.#bad(line.number);
  }

  /** The chain has come to an event, or to its tombstone: what was proven of it must be so. */
  meet(chain: Chain): void {
    for (let [next] = this.#waiting; next && next.seq <= chain.last.seq; [next] = this.#waiting) {
      this.#waiting.shift();
      // It was removed by a tombstone, or is missing, which was told.
      if (next.seq < chain.last.seq) continue;
      if (chain.head(next.seq, next.hash, next.checkpoint, this.#covered)) this.#covered = next.seq;
    }
  }

  /** The session must be shown at this checkpoint. */
  ask(number: number): void {
    this.#asked.add(number);
  }

  head(_line: LineOf<'head'>): void {}

  endSession(chain: Chain): number {
    // What was proven and is not here.
    for (const { seq, hash, checkpoint } of this.#waiting.slice(0, 1)) chain.head(seq, hash, checkpoint, this.#covered);
    return this.#covered;
  }

  end(): void {
    for (const number of this.#asked) this.#require(number);
  }

  #require(number: number): void {
    const place = { session_id: this.#sessionId, checkpoint: number };
    const earlier = [...this.#shown].find(([other, isThere]) => isThere && other < number);
    if (!this.#shown.has(number)) {
      const message = `This bundle does not show the session at checkpoint ${number}: export it with that one.`;
      this.#findings.unknown('completeness', message, place);
    } else if (this.#shown.get(number) === false && earlier) {
      const message = `The session is in checkpoint ${earlier[0]} and not in checkpoint ${number}.`;
      this.#findings.broken('completeness', message, place);
    }
  }

  #bad(number: number): void {
    this.#shown.set(number, null);
    const message = `What is shown of the session does not lead to the root that checkpoint ${number} signed: an event up to there was altered.`;
    const place = { session_id: this.#sessionId, seq: null, checkpoint: number };
    this.#findings.broken('integrity', message, place);
  }
}

function leadsToRoot(leaf: Leaf, { heads, root }: Trusted): boolean {
  const head = { sessionId: leaf.session_id, seq: leaf.seq, hash: leaf.hash };
  const reached = rootFromPath(leafHash(head), leaf.index, heads, leaf.path);
  return reached !== undefined && Buffer.compare(reached, root) === 0;
}
