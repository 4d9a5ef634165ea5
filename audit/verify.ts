/**
 * Verifies a bundle line by line: no database, no network, memory that grows with the checkpoints and not with the events.
 * What is broken or cannot be told is noted, and the walk goes on.
 */
import { bundleVersion, type Line, type LineOf, parseLine } from './bundle.ts';
import type { Coverage } from './coverage.ts';
import { Findings } from './findings.ts';
import { History, readSeen, type Seen } from './history.ts';
import type { Verifier } from './keys.ts';
import { Proofs } from './proofs.ts';
import { type Report, reportOf } from './report.ts';
import { Roots } from './roots.ts';
import { Sessions } from './sessions.ts';

interface VerifyOptions {
  /** Whose checkpoints count. */
  verifiers: readonly Verifier[];
  /** The last checkpoint that was seen, as a note. */
  seen?: string | undefined;
}

/** One bundle being verified: takes its lines, and gives the report at its end. */
export class Verification {
  readonly #verifiers: readonly Verifier[];
  readonly #findings = new Findings();
  readonly #history: History;
  readonly #seen: Seen | undefined;
  #header: LineOf<'bundle'> | undefined;
  #proofs: Proofs | undefined;
  #sessions: Sessions | undefined;
  #end: LineOf<'end'> | undefined;
  #lines = 0;

  /** Throws where the checkpoint seen before is none, or has a bad signature. */
  constructor({ verifiers, seen }: VerifyOptions) {
    this.#verifiers = verifiers;
    this.#seen = seen === undefined ? undefined : readSeen(seen, verifiers);
    this.#history = new History(verifiers, this.#seen, this.#findings);
  }

  /** Takes the next line. */
  read(text: string): void {
    this.#lines += 1;
    const line = parseLine(text);
    if (line.type === 'unknown') this.#findings.unknown('integrity', `Line ${this.#lines}: ${line.why}.`);
    else if (line.type === 'malformed') this.#unreadable(line);
    else if (this.#end) this.#unusable('it stands behind the end');
    else if (line.type === 'bundle') this.#begin(line);
    else if (this.#header) this.#take(line, this.#header);
    else this.#unusable('the header of the bundle is not before it');
  }

  /** No more lines. */
  finish(): Report {
    if (this.#header) this.#openSessions(this.#header).end();
    const isWhole = this.#end && this.#end.lines === this.#lines - 1;
    if (!isWhole) this.#findings.broken('completeness', 'Lines are missing: the bundle breaks off, or was cut.');
    const counts = this.#sessions?.counts ?? { sessions: 0, events: 0, covered: 0 };
    if (!this.#sessions?.isCovered && this.#findings.verdict('integrity') !== 'broken') {
      const message =
        'No checkpoint of a known key covers any event here: whoever can write the table may have made it all.';
      for (const question of ['integrity', 'completeness'] as const) this.#findings.unknown(question, message);
    }
    const recomputed = this.#sessions?.coverage instanceof Roots ? this.#sessions.coverage.size : null;
    return reportOf(this.#header, counts, this.#history, recomputed, this.#findings, this.#seen);
  }

  /** The newest checkpoint that a known key signed, to be remembered. Nothing unless the bundle is whole. */
  get newest(): Seen | undefined {
    const isWhole = (['integrity', 'completeness'] as const).every(
      (asked) => this.#findings.verdict(asked) === 'whole',
    );
    return isWhole ? this.#history.newest : undefined;
  }

  #take(line: Exclude<Line, LineOf<'bundle'>>, header: LineOf<'bundle'>): void {
    if (line.type === 'end') this.#end = line;
    else if (line.type === 'checkpoint') this.#history.checkpoint(line);
    else if (line.type === 'proof' || line.type === 'absence') this.#prove(line);
    else if (line.type === 'session') this.#openSessions(header).begin(line);
    else if (!this.#sessions?.take(line)) this.#unusable('its session has not begun');
  }

  #begin(header: LineOf<'bundle'>): void {
    if (this.#header) {
      this.#unusable('it is a second header');
      return;
    }
    this.#header = header;
    if (header.version !== bundleVersion) {
      this.#findings.unknown('integrity', `This bundle is of version "${header.version}", not "${bundleVersion}".`);
    }
    this.#history.begin(header);
    if (header.session_id !== null) this.#proofs = new Proofs(header.session_id, this.#findings);
  }

  /** Of a checkpoint that no known key signed, nothing can be proven. */
  #prove(line: LineOf<'proof'> | LineOf<'absence'>): void {
    const checkpoint = this.#history.trusted.get(line.number);
    if (!checkpoint || !this.#proofs) return;
    if (line.type === 'proof') this.#proofs.proof(line, checkpoint);
    else this.#proofs.absence(line, checkpoint);
  }

  /** The first session is the end of the checkpoints. */
  #openSessions({ log, checkpoint }: LineOf<'bundle'>): Sessions {
    if (this.#sessions) return this.#sessions;
    this.#history.end(checkpoint);
    this.#sessions = new Sessions(this.#coverage(), this.#verifiers, log, this.#findings);
    return this.#sessions;
  }

  #coverage(): Coverage {
    const { trusted, newest } = this.#history;
    const asked = [newest?.checkpoint.number, this.#seen?.checkpoint.number].filter((number) => number !== undefined);
    if (!this.#proofs) return new Roots(trusted, asked, this.#findings);
    for (const number of asked) if (trusted.has(number)) this.#proofs.ask(number);
    return this.#proofs;
  }

  #unreadable({ why, seq }: { why: string; seq: number | null }): void {
    if (seq !== null) this.#sessions?.unreadable(seq);
    this.#unusable(why, seq);
  }

  #unusable(why: string, seq: number | null = null): void {
    const place = { session_id: this.#sessions?.current ?? null, seq };
    this.#findings.broken('integrity', `Line ${this.#lines} cannot be used: ${why}.`, place);
  }
}
