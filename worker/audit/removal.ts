/** How retention removes events: only what a signed checkpoint covers, and with a signed tombstone left in their place. */
import type { Signer } from '../../audit/keys.ts';
import { signNote } from '../../audit/note.ts';
import { tombstoneText } from '../../audit/tombstone.ts';
import type { HostCalls } from '../../sql/host.ts';

/**
 * Removes a session's events up to seq `until`, as far as a checkpoint covers them. Returns how many; 0 where none may go yet.
 * Only a host that holds a key can do this.
 */
export async function removeEvents(calls: HostCalls, signer: Signer, session: string, until: number): Promise<number> {
  const found = await calls.findRemovableEvents(session, until);
  if (!found) return 0;
  const { log, session_id: sessionId, seq, checkpoint } = found;
  const hash = Buffer.from(found.hash, 'hex');
  const note = signNote(tombstoneText({ log, sessionId, seq, hash, checkpoint, timeUs: Date.now() * 1000 }), signer);
  return calls.removeEvents(sessionId, seq, hash, checkpoint, note);
}
