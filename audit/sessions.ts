/** The sessions of a bundle, one after the other, sorted by id. */
import type { LineOf } from './bundle.ts';
import { Chain } from './chain.ts';
import { UnknownVersionError } from './checkpoint.ts';
import type { Coverage } from './coverage.ts';
import type { Findings } from './findings.ts';
import type { Verifier } from './keys.ts';
import { openTombstone } from './tombstone.ts';

type Body = LineOf<'event'> | LineOf<'head'> | LineOf<'tombstone'>;

/** Takes the lines of sessions, and has each walked by a chain of its own. */
export class Sessions {
  readonly coverage: Coverage;
  readonly #verifiers: readonly Verifier[];
  readonly #log: string;
  readonly #findings: Findings;
  #chain: Chain | undefined;
  /** How many of each there were; of the events, those that the newest checkpoint covers. */
  readonly counts = { sessions: 0, events: 0, covered: 0 };
  /** A checkpoint covers something here. */
  isCovered = false;

  constructor(coverage: Coverage, verifiers: readonly Verifier[], log: string, findings: Findings) {
    this.coverage = coverage;
    this.#verifiers = verifiers;
    this.#log = log;
    this.#findings = findings;
  }

  /** The session whose lines come now. */
  get current(): string | null {
    return this.#chain?.sessionId ?? null;
  }

  begin(line: LineOf<'session'>): void {
    const before = this.#chain?.sessionId;
    if (before !== undefined && line.session_id <= before) {
      const message = `Session ${line.session_id} comes after ${before}: they are not sorted, or one is here twice.`;
      this.#findings.broken('integrity', message, { session_id: line.session_id });
    }
    this.#endSession();
    this.counts.sessions += 1;
    this.#chain = new Chain(line, this.#findings);
  }

  /** Takes a line of the session that began last. False where it is of another. */
  take(line: Body): boolean {
    const chain = this.#chain;
    if (!chain || line.session_id !== chain.sessionId) return false;
    if (line.type === 'head') this.coverage.head(line, chain);
    else if (line.type === 'event') chain.event(line);
    else this.#bury(line, chain);
    this.coverage.meet(chain);
    return true;
  }

  /** A line that cannot be read was the event with this seq. */
  unreadable(seq: number | null): void {
    if (seq !== null) this.#chain?.skip(seq);
  }

  end(): void {
    this.#endSession();
    this.#chain = undefined;
    this.coverage.end();
  }

  #endSession(): void {
    const chain = this.#chain;
    if (!chain) return;
    chain.end();
    const covered = this.coverage.endSession(chain);
    this.counts.events += chain.events;
    this.isCovered ||= covered > 0;
    this.counts.covered += Math.max(0, Math.min(covered, chain.last.seq) - chain.removed);
  }

  #bury({ note, session_id }: LineOf<'tombstone'>, chain: Chain): void {
    const place = { session_id };
    try {
      const { tombstone, isSigned } = openTombstone(note, this.#verifiers, this.#log, session_id);
      if (!isSigned) this.#findings.unknown('integrity', 'A tombstone is signed by a key that was not given.', place);
      chain.begin(tombstone);
    } catch (error) {
      const message = `A tombstone is not to be trusted: ${(error as Error).message}`;
      if (error instanceof UnknownVersionError) this.#findings.unknown('integrity', message, place);
      else this.#findings.broken('integrity', message, place);
    }
  }
}
