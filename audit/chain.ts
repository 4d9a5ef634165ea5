/** Walks one session's events, in order, in memory that does not grow with them. */
import type { LineOf } from './bundle.ts';
import { eventHash, genesisHash, payloadHash } from './event.ts';
import type { Findings } from './findings.ts';
import { Purges } from './purges.ts';
import type { Tombstone } from './tombstone.ts';

type EventLine = LineOf<'event'>;

/** The only version of an event there is. */
const eventVersion = 1;

/** What follows from where: an event's seq and its hash. */
interface Position {
  seq: number;
  hash: Uint8Array | undefined;
}

/** One session: takes its events as they come, and says whether each follows from the one before. */
export class Chain {
  readonly sessionId: string;
  readonly #findings: Findings;
  readonly #purges = new Purges();
  /** The last event, or what stands before the first. */
  #last: Position = { seq: 0, hash: undefined };
  /** Events that are here. */
  events = 0;
  /** Events that were removed from the front. */
  removed = 0;
  #isFaulty = false;
  readonly #isOrphan: boolean;

  constructor(session: LineOf<'session'>, findings: Findings) {
    this.sessionId = session.session_id;
    this.#findings = findings;
    this.#isOrphan = session.created_at_us === null;
    this.#last = { seq: 0, hash: beginningOf(session) };
  }

  /** The last event that is here, or was until a tombstone. */
  get last(): Readonly<Position> {
    return this.#last;
  }

  /** Events up to here are removed, and a known key says so. */
  begin({ seq, hash }: Tombstone): void {
    this.#last = { seq, hash };
    this.removed = seq;
  }

  /** An event is here that cannot be read. */
  skip(seq: number): void {
    this.events += 1;
    if (seq === this.#last.seq + 1) this.#last = { seq, hash: undefined };
  }

  event(event: EventLine): void {
    this.events += 1;
    if (event.seq <= this.#last.seq) {
      this.#altered(event.seq, `Event ${event.seq} stands behind event ${this.#last.seq}.`);
      return;
    }
    if (event.v === eventVersion) this.#check(event);
    else this.#findings.unknown('integrity', `Event ${event.seq} is of version ${event.v}.`, this.#place(event.seq));
    if (event.seq > this.#last.seq + 1) this.#missing(this.#last.seq + 1, event.seq - 1);
    else if (this.#last.hash && !same(event.prev, this.#last.hash)) {
      this.#altered(Math.max(1, this.#last.seq), this.#unlinked(event.seq));
    }
    this.#last = { seq: event.seq, hash: event.hash };
  }

  /** A checkpoint or a proof says what the last event was. True where it is so. */
  head(seq: number, hash: Uint8Array, checkpoint: number, since: number): boolean {
    if (seq > this.#last.seq) {
      const message = `Checkpoint ${checkpoint} covers event ${seq}; here the chain ends with ${this.#last.seq}.`;
      this.#findings.broken('completeness', message, this.#place(this.#last.seq + 1, checkpoint));
      return false;
    }
    if (seq === this.#last.seq && this.#last.hash && same(hash, this.#last.hash)) return true;
    const message = `Event ${seq} is another than checkpoint ${checkpoint} covers: it, or one from ${since + 1} on, was altered.`;
    this.#findings.broken('integrity', message, this.#place(since + 1, checkpoint));
    return false;
  }

  /** No more events. */
  end(): void {
    if (this.#isOrphan && this.removed === 0) {
      this.#findings.broken('completeness', 'The session of these events is gone.', this.#place(1));
    }
    for (const range of this.#purges.unexplained()) {
      const message = `The payloads of events ${range.from} to ${range.to} are gone, and no event says that they were purged.`;
      if (this.#purges.isBlind) this.#findings.unknown('completeness', message, this.#place(range.from));
      else this.#findings.broken('completeness', message, this.#place(range.from));
    }
  }

  #check(event: EventLine): void {
    const { seq, salt, payload } = event;
    this.#purges.event(event);
    if (payload !== null && (salt === null || !same(payloadHash(salt, payload), event.payload_hash))) {
      this.#altered(seq, `The payload of event ${seq} is not the one that was hashed.`);
    }
    const attested = { ...event, sessionId: event.session_id, atUs: event.at_us, payloadHash: event.payload_hash };
    if (!same(eventHash(attested), event.hash)) this.#altered(seq, `Event ${seq} does not have its hash.`);
  }

  #unlinked(seq: number): string {
    if (this.#last.seq === 0) return `Event ${seq} does not follow from the creation of its session.`;
    return `Event ${seq} does not follow event ${this.#last.seq}: one of them was altered.`;
  }

  #missing(from: number, to: number): void {
    this.#findings.broken('completeness', `Events ${from} to ${to} are missing.`, this.#place(from));
  }

  /** Told once a session: what follows an altered event is in doubt anyway. */
  #altered(seq: number, message: string): void {
    if (!this.#isFaulty) this.#findings.broken('integrity', message, this.#place(seq));
    this.#isFaulty = true;
  }

  #place(seq: number, checkpoint: number | null = null) {
    return { session_id: this.sessionId, seq, checkpoint };
  }
}

/** Unknown where the session is gone: then only a tombstone says what came before its events. */
function beginningOf({ session_id, created_at_us: createdAtUs, parent }: LineOf<'session'>): Uint8Array | undefined {
  if (createdAtUs === null) return undefined;
  const from = parent && { sessionId: parent.session_id, seq: parent.seq, hash: parent.hash };
  return genesisHash({ sessionId: session_id, createdAtUs, parent: from });
}

function same(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
