/** The record: its chains of events, and what hosts sign of them. */
import { z } from 'zod';
import { Count, Id, Time } from './fields.ts';

/** Pseudo-sessions of the record: what belongs to no session, and who read what. */
export const systemChain = '00000000-0000-0000-0000-000000000000';
export const readingsChain = '00000000-0000-0000-0000-000000000001';

/** A session or a pseudo-session. Of the latter not every one is a UUID to who looks closely. */
const ChainId = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

/** An event of the record. `payload` is null once it was purged; its hash stays. */
export const RecordedEvent = z.object({
  session_id: ChainId.describe(
    `A session, or ${systemChain} for what belongs to none, or ${readingsChain} for readings`,
  ),
  seq: z.int().positive(),
  at: Time,
  kind: z.string(),
  actor: z.string().describe('`key:ID`, `host:INCARNATION`, `operator` or `system`'),
  payload: z.record(z.string(), z.unknown()).nullable(),
  hash: z.string(),
});
export type RecordedEvent = z.infer<typeof RecordedEvent>;

/** A checkpoint that a host signed: what all chains came to at one moment. */
export const SignedCheckpoint = z.object({
  log: Id.describe('Which database'),
  number: z.int().positive(),
  at: Time,
  sessions: Count,
  events: Count,
  signed_by: z.string().describe('The name of the key'),
  note: z.string().describe('A signed note, see c2sp.org/signed-note'),
});
export type SignedCheckpoint = z.infer<typeof SignedCheckpoint>;
