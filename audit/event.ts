/** What an event of the record attests, and how it is hashed: the same bytes as sql/internal/append_event.sql and genesis_hash.sql. */
import { int64, prefixed, sha256, utf8, uuidBytes } from './bytes.ts';

const eventDomain = utf8('limpet/event/v1\0');
const genesisDomain = utf8('limpet/genesis/v1\0');

/** One event. `payload` is the stored text, byte for byte; it and its salt are null once they were purged. */
export interface Event {
  sessionId: string;
  seq: number;
  /** Microseconds since 1970. */
  atUs: number;
  kind: string;
  actor: string;
  salt: Uint8Array | null;
  payload: string | null;
  payloadHash: Uint8Array;
  prev: Uint8Array;
  hash: Uint8Array;
}

/** What stands before a session's first event: the session, its creation, and for a fork the event it was forked after. */
interface Genesis {
  sessionId: string;
  createdAtUs: number;
  parent: { sessionId: string; seq: number; hash: Uint8Array } | null;
}

/** The hash by which a payload enters its event. The salt keeps it from being guessed once the payload is purged. */
export function payloadHash(salt: Uint8Array, payload: string): Buffer {
  return sha256(salt, utf8(payload));
}

/** The hash of an event: of every field that it attests, the hash of the event before it among them. */
export function eventHash(event: Omit<Event, 'salt' | 'payload' | 'hash'>): Buffer {
  return sha256(
    eventDomain,
    prefixed(uuidBytes(event.sessionId)),
    prefixed(int64(event.seq)),
    prefixed(int64(event.atUs)),
    prefixed(utf8(event.kind)),
    prefixed(utf8(event.actor)),
    prefixed(event.payloadHash),
    prefixed(event.prev),
  );
}

/** The `prev` of a session's first event. */
export function genesisHash({ sessionId, createdAtUs, parent }: Genesis): Buffer {
  const own = [genesisDomain, prefixed(uuidBytes(sessionId)), prefixed(int64(createdAtUs))];
  if (!parent) return sha256(...own);
  return sha256(...own, prefixed(uuidBytes(parent.sessionId)), prefixed(int64(parent.seq)), prefixed(parent.hash));
}
