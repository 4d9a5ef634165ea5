/** The whole log against its checkpoints: the roots are computed again from the heads of all sessions. */
import type { LineOf } from './bundle.ts';
import type { Chain } from './chain.ts';
import type { Coverage } from './coverage.ts';
import type { Findings } from './findings.ts';
import type { Trusted } from './history.ts';
import { leafHash, MerkleRoot } from './merkle.ts';

/** Roots computed in one go: each costs a hash for each session. Of more checkpoints, these are spread evenly. */
export const rootsMax = 1000;

interface Sum {
  tree: MerkleRoot;
  events: number;
}

/** Takes the heads of all sessions, and compares the roots they lead to with the signed ones. */
export class Roots implements Coverage {
  readonly #findings: Findings;
  readonly #checkpoints: Trusted[];
  readonly #sums: Sum[];
  #heads: { number: number; seq: number; leaf: Uint8Array }[] = [];
  #good = 0;

  constructor(trusted: ReadonlyMap<number, Trusted>, always: Iterable<number>, findings: Findings) {
    this.#findings = findings;
    this.#checkpoints = chosen([...trusted.values()], new Set(always));
    this.#sums = this.#checkpoints.map(() => ({ tree: new MerkleRoot(), events: 0 }));
  }

  /** How many checkpoints are computed again. */
  get size(): number {
    return this.#checkpoints.length;
  }

  head(line: LineOf<'head'>, chain: Chain): void {
    const { number, seq, hash } = line;
    const isRemoved = chain.events === 0 && seq < chain.last.seq;
    if (!isRemoved && chain.head(seq, hash, number, this.#good)) this.#good = seq;
    this.#heads.push({ number, seq, leaf: leafHash({ sessionId: chain.sessionId, seq, hash }) });
  }

  meet(): void {}

  endSession(): number {
    const heads = this.#heads.sort((left, right) => left.number - right.number);
    let [at, newest] = [-1, 0];
    for (const [place, { number }] of this.#checkpoints.entries()) {
      while ((heads[at + 1]?.number ?? Number.POSITIVE_INFINITY) <= number) at += 1;
      const [head, sum] = [heads[at], this.#sums[place]];
      newest = head?.seq ?? 0;
      if (!head || !sum) continue;
      sum.tree.add(head.leaf);
      sum.events += head.seq;
    }
    this.#heads = [];
    this.#good = 0;
    return newest;
  }

  end(): void {
    for (const [place, checkpoint] of this.#checkpoints.entries()) {
      const sum = this.#sums[place];
      if (sum) this.#compare(checkpoint, sum);
    }
  }

  #compare({ number, heads, events, root }: Trusted, sum: Sum): void {
    const place = { checkpoint: number };
    if (sum.tree.size !== heads) {
      const message = `Checkpoint ${number} covers ${heads} sessions, and ${sum.tree.size} of them are here.`;
      this.#findings.broken('completeness', message, place);
    } else if (sum.events !== events) {
      const message = `Checkpoint ${number} covers ${events} events, and the sessions here had ${sum.events}.`;
      this.#findings.broken('completeness', message, place);
    } else if (Buffer.compare(sum.tree.root(), root) !== 0) {
      const message = `The sessions here do not lead to the root that checkpoint ${number} signed: an event up to there was altered.`;
      this.#findings.broken('integrity', message, place);
    }
  }
}

/** All, or `rootsMax` of them: the first, the newest, those that must be, and others evenly between. */
function chosen(all: Trusted[], always: ReadonlySet<number>): Trusted[] {
  if (all.length <= rootsMax) return all;
  const kept = new Set([...always, all.at(-1)?.number]);
  const step = (all.length - 1) / (rootsMax - kept.size - 1);
  for (let at = 0; kept.size < rootsMax && at < all.length; at += step) kept.add(all[Math.round(at)]?.number);
  return all.filter(({ number }) => kept.has(number));
}
