/** The text of a checkpoint: what a host that holds a key says of all chains at one moment. Lines of a name and a value. */
import { sha256, utf8 } from './bytes.ts';

const version = 'limpet/checkpoint/v1';

/** A checkpoint's statement. `heads` sessions had events, `events` in all; `previous` is the hash of the text before. */
export interface Checkpoint {
  /** Which database: a UUID made with it. */
  log: string;
  /** 1, 2, 3 … */
  number: number;
  timeUs: number;
  heads: number;
  events: number;
  root: Uint8Array;
  previous: Uint8Array;
}

/** `previous` of the first checkpoint. */
export const noPrevious: Uint8Array = new Uint8Array(32);

/** A statement of a kind or version that is not known here: nothing can be told from it. */
export class UnknownVersionError extends Error {
  override readonly name = 'UnknownVersionError';
}

/** The text to sign. */
export function checkpointText(checkpoint: Checkpoint): string {
  return linesOf(version, {
    log: checkpoint.log,
    number: checkpoint.number,
    time: checkpoint.timeUs,
    heads: checkpoint.heads,
    events: checkpoint.events,
    root: base64(checkpoint.root),
    previous: base64(checkpoint.previous),
  });
}

/** Reads a text. Throws `UnknownVersionError`, or an error where it is not as `checkpointText` writes it. */
export function parseCheckpoint(text: string): Checkpoint {
  const fields = fieldsOf(text, version, ['log', 'number', 'time', 'heads', 'events', 'root', 'previous']);
  const [log = '', number, time, heads, events, root = '', previous = ''] = fields;
  return {
    log,
    number: integer(number),
    timeUs: integer(time),
    heads: integer(heads),
    events: integer(events),
    root: hashOf(root),
    previous: hashOf(previous),
  };
}

/** By this a checkpoint names the one before it. */
export function textHash(text: string): Buffer {
  return sha256(utf8(text));
}

/** A statement: its version, then a line for each field. */
export function linesOf(first: string, fields: Record<string, string | number>): string {
  return `${first}\n${Object.entries(fields)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('')}`;
}

/** The values of a statement's fields, which must be these in this order. Throws as `parseCheckpoint` does. */
export function fieldsOf(text: string, first: string, names: readonly string[]): string[] {
  const lines = text.split('\n');
  if (lines[0] !== first) throw new UnknownVersionError(`"${lines[0]}" is not known here; "${first}" is.`);
  const isWhole = lines.length === names.length + 2 && lines.at(-1) === '';
  const values = names.map((name, at) => {
    const line = lines[at + 1] ?? '';
    return line.startsWith(`${name} `) ? line.slice(name.length + 1) : undefined;
  });
  if (!isWhole || values.includes(undefined)) throw new Error(`This is no ${first}.`);
  return values as string[];
}

/** A whole number as it is written, without signs or leading zeroes. */
export function integer(text: string | undefined): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || String(value) !== text)
    throw new Error(`"${text}" is no whole number.`);
  return value;
}

/** A hash in base64. */
export function hashOf(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 32 || base64(bytes) !== text) throw new Error(`"${text}" is no SHA-256 in base64.`);
  return bytes;
}

/** Bytes in base64. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
