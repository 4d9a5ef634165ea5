/** The text of a tombstone: what a host that holds a key says when retention removes the first events of a session. */
import { base64, fieldsOf, hashOf, integer, linesOf } from './checkpoint.ts';
import type { Verifier } from './keys.ts';
import { openNote } from './note.ts';

const version = 'limpet/tombstone/v1';

/** Events 1 to `seq` of a session are removed; `hash` is that of the last of them, `checkpoint` one that covers them. */
export interface Tombstone {
  log: string;
  sessionId: string;
  seq: number;
  hash: Uint8Array;
  checkpoint: number;
  timeUs: number;
}

/** The text to sign. */
export function tombstoneText({ log, sessionId, seq, hash, checkpoint, timeUs }: Tombstone): string {
  return linesOf(version, { log, session: sessionId, events: seq, hash: base64(hash), checkpoint, time: timeUs });
}

/** Reads a text. Throws `UnknownVersionError`, or an error where it is not as `tombstoneText` writes it. */
export function parseTombstone(text: string): Tombstone {
  const fields = fieldsOf(text, version, ['log', 'session', 'events', 'hash', 'checkpoint', 'time']);
  const [log = '', sessionId = '', seq, hash = '', checkpoint, time] = fields;
  return {
    log,
    sessionId,
    seq: integer(seq),
    hash: hashOf(hash),
    checkpoint: integer(checkpoint),
    timeUs: integer(time),
  };
}

/**
 * Opens the tombstone of a session. `isSigned`: by a known key. Throws where it is none, is another session's, or has a bad
 * signature.
 */
export function openTombstone(note: string, verifiers: readonly Verifier[], log: string, sessionId: string) {
  const { text, signedBy } = openNote(note, verifiers);
  const tombstone = parseTombstone(text);
  if (tombstone.log !== log || tombstone.sessionId !== sessionId) throw new Error('It is of another session.');
  return { tombstone, isSigned: signedBy.length > 0 };
}
