/** The checkpoints of a bundle: are they signed by a known key, one after the other, and the ones that were seen before? */
import type { LineOf } from './bundle.ts';
import { type Checkpoint, noPrevious, parseCheckpoint, textHash, UnknownVersionError } from './checkpoint.ts';
import type { Findings } from './findings.ts';
import type { Verifier } from './keys.ts';
import { type OpenedNote, openNote } from './note.ts';

/** A checkpoint that a known key signed. Where only a later one vouches for it, it is not here. */
export type Trusted = Pick<Checkpoint, 'number' | 'heads' | 'events' | 'root' | 'timeUs'>;

/** A checkpoint as somebody saw it before. */
export interface Seen {
  note: string;
  checkpoint: Checkpoint;
  text: string;
}

/** Reads a checkpoint that was seen before. Throws where it is none, or where a known key's signature is not good. */
export function readSeen(note: string, verifiers: readonly Verifier[]): Seen {
  const { text } = openNote(note, verifiers);
  return { note, text, checkpoint: parseCheckpoint(text) };
}

/** Takes the checkpoints as they come, and keeps which of them are trusted. */
export class History {
  readonly #verifiers: readonly Verifier[];
  readonly #seen: Seen | undefined;
  readonly #findings: Findings;
  readonly #trusted = new Map<number, Trusted>();
  readonly signers = new Set<string>();
  #log: string | undefined;
  #last: { number: number; hash: Uint8Array | undefined } | undefined;
  #first: number | undefined;
  /** How many there are. */
  count = 0;
  /** The newest that is trusted, to be remembered. */
  newest: Seen | undefined;

  constructor(verifiers: readonly Verifier[], seen: Seen | undefined, findings: Findings) {
    this.#verifiers = verifiers;
    this.#seen = seen;
    this.#findings = findings;
  }

  /** The number of the first one. */
  get first(): number | null {
    return this.#first ?? null;
  }

  get trusted(): ReadonlyMap<number, Trusted> {
    return this.#trusted;
  }

  begin({ log, scope }: LineOf<'bundle'>): void {
    this.#log = log;
    // A session's bundle begins with the checkpoint that it needs first.
    if (scope === 'log') this.#last = { number: 0, hash: noPrevious };
    const seen = this.#seen?.checkpoint;
    if (seen && seen.log !== log) {
      this.#findings.broken('integrity', `The checkpoint seen before is of the log ${seen.log}, this is ${log}.`);
    }
  }

  checkpoint({ number, note }: LineOf<'checkpoint'>): void {
    this.#first ??= number;
    this.count += 1;
    if (this.#last && number !== this.#last.number + 1) this.#gap(number);
    const opened = this.#open(number, note);
    const checkpoint = opened && this.#parse(number, opened.text);
    if (opened && checkpoint) this.#judge(checkpoint, opened, note);
    this.#last = { number, hash: opened && textHash(opened.text) };
  }

  /** No more checkpoints. `newest` is what the bundle says of itself. */
  end(newest: number | null): void {
    if (newest !== null && newest !== this.#last?.number) {
      this.#findings.broken('completeness', `Checkpoint ${newest} is missing.`, { checkpoint: newest });
    }
    const seen = this.#seen?.checkpoint.number;
    if (seen === undefined) return;
    if (!this.#last || seen > this.#last.number) {
      const message = `Checkpoint ${seen} was seen before, and is gone: this record was rolled back.`;
      this.#findings.broken('completeness', message, { checkpoint: seen });
    } else if (this.#first !== undefined && seen < this.#first) {
      const message = `Checkpoint ${seen} was seen before, and is not in this bundle: export it with that one.`;
      this.#findings.unknown('completeness', message, { checkpoint: seen });
    }
  }

  #open(number: number, note: string): OpenedNote | undefined {
    try {
      return openNote(note, this.#verifiers);
    } catch (error) {
      this.#findings.broken('integrity', `Checkpoint ${number}: ${(error as Error).message}`, { checkpoint: number });
      return undefined;
    }
  }

  #parse(number: number, text: string): Checkpoint | undefined {
    try {
      return parseCheckpoint(text);
    } catch (error) {
      const message = `Checkpoint ${number}: ${(error as Error).message}`;
      if (error instanceof UnknownVersionError) this.#findings.unknown('integrity', message, { checkpoint: number });
      else this.#findings.broken('integrity', message, { checkpoint: number });
      return undefined;
    }
  }

  #judge(checkpoint: Checkpoint, opened: OpenedNote, note: string): void {
    const { number } = checkpoint;
    const altered = (message: string) => this.#findings.broken('integrity', message, { checkpoint: number });
    const before = number === 1 ? noPrevious : this.#last?.hash;
    if (before && !same(checkpoint.previous, before))
      altered(`Checkpoint ${number} does not follow the one before it.`);
    if (checkpoint.log !== this.#log) altered(`Checkpoint ${number} is of another log.`);
    if (number === this.#seen?.checkpoint.number && opened.text !== this.#seen.text)
      altered(`Checkpoint ${number} is another than the one seen before.`);
    if (opened.signedBy.length === 0) {
      const by = opened.unknown.map(({ name, id }) => `${name}+${id}`).join(', ');
      this.#findings.unknown('integrity', `Checkpoint ${number} is signed by a key that was not given: ${by}.`, {
        checkpoint: number,
      });
      return;
    }
    for (const { name } of opened.signedBy) this.signers.add(name);
    const { heads, events, root, timeUs } = checkpoint;
    this.#trusted.set(number, { number, heads, events, root, timeUs });
    this.newest = { note, checkpoint, text: opened.text };
  }

  #gap(number: number): void {
    const before = this.#last?.number ?? 0;
    const message =
      before < number ? `Before checkpoint ${number} one is missing.` : `Checkpoint ${number} comes after ${before}.`;
    this.#findings.broken('completeness', message, { checkpoint: number });
    this.#last = undefined;
  }
}

function same(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
