/** Signed notes (c2sp.org/signed-note): a text, an empty line, and a line for each signature. */
import { sign, verify } from 'node:crypto';
import { utf8 } from './bytes.ts';
import { isKeyName, type Signer, type Verifier } from './keys.ts';

/** More than any note here has; a longer one is not looked at. */
const noteBytesMax = 1024 * 1024;
const signaturesMax = 100;

/** Who signed: the name and the id of a key. */
interface KeyId {
  name: string;
  id: string;
}

/** A note whose known signatures are good. `unknown` are the keys that nobody gave. */
export interface OpenedNote {
  text: string;
  signedBy: Verifier[];
  unknown: KeyId[];
}

/** A note that is none, or that carries a bad signature of a known key: it must be ignored as a whole. */
export class BadNoteError extends Error {
  override readonly name = 'BadNoteError';
}

/** Signs a text, which must end with a newline. */
export function signNote(text: string, { key, verifier }: Signer): string {
  if (!isNoteText(text)) throw new BadNoteError('A note is lines of text, each with its newline.');
  const signature = Buffer.concat([Buffer.from(verifier.id, 'hex'), sign(null, utf8(text), key)]);
  return `${text}\n— ${verifier.name} ${signature.toString('base64')}\n`;
}

/** Opens a note. Throws a `BadNoteError`; a note that no known key signed is opened, with an empty `signedBy`. */
export function openNote(note: string, verifiers: readonly Verifier[]): OpenedNote {
  const { text, signatures } = splitNote(note);
  const opened: OpenedNote = { text, signedBy: [], unknown: [] };
  for (const { name, id, signature } of signatures) {
    const verifier = verifiers.find((known) => known.name === name && known.id === id);
    if (!verifier) opened.unknown.push({ name, id });
    else if (!verify(null, utf8(text), verifier.key, signature))
      throw new BadNoteError(`The signature of ${name} is not good.`);
    else opened.signedBy.push(verifier);
  }
  return opened;
}

/** The text of a note, whoever signed it. Throws a `BadNoteError`. */
export function textOfNote(note: string): string {
  return splitNote(note).text;
}

interface Signature extends KeyId {
  signature: Uint8Array;
}

function splitNote(note: string): { text: string; signatures: Signature[] } {
  const split = note.lastIndexOf('\n\n');
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2).split('\n');
  const isWhole = split > 0 && note.length <= noteBytesMax && lines.pop() === '' && isNoteText(text);
  if (!isWhole || lines.length === 0 || lines.length > signaturesMax) {
    throw new BadNoteError('This is no signed note: a text, an empty line, and a line for each signature.');
  }
  return { text, signatures: lines.map(signatureOf) };
}

function signatureOf(line: string): Signature {
  const [, name = '', encoded = ''] = /^— (\S+) ([A-Za-z0-9+/]+=*)$/.exec(line) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  // Encoding it again tells a text that is base64 from one that Node only made the best of.
  if (!isKeyName(name) || bytes.length < 5 || bytes.toString('base64') !== encoded) {
    throw new BadNoteError('A signature of this note cannot be read.');
  }
  return { name, id: bytes.toString('hex', 0, 4), signature: bytes.subarray(4) };
}

function isNoteText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a note may not have
  return text.endsWith('\n') && text.isWellFormed() && !/[\u0000-\u0009\u000b-\u001f]/.test(text);
}
