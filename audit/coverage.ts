import type { LineOf } from './bundle.ts';
import type { Chain } from './chain.ts';

/** How the events of a bundle are held against the checkpoints: by proofs (of one session), or by the roots (of the whole log). */
export interface Coverage {
  /** The chain has come to an event, or to its tombstone. */
  meet(chain: Chain): void;
  /** A checkpoint signed the event that the chain has come to. */
  head(line: LineOf<'head'>, chain: Chain): void;
  /** No more events of a session. Returns the last of them that the newest checkpoint covers. */
  endSession(chain: Chain): number;
  /** No more sessions. */
  end(): void;
}
