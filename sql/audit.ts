/** The calls about the record, for the edge, the host and the operator: sql/edge.ts, sql/host.ts and sql/admin.ts have them among theirs. */
import type { Page, RecordedEvent, Shield, SignedCheckpoint } from './contract.ts';

/** Calls one SQL function of a schema by named arguments. */
export type CallOne = <Result>(name: string, args: Record<string, unknown>) => Promise<Result>;

/** Filters of the list of events; every one that is given must match. */
export interface EventFilter {
  /** Its id or name; of scope admin also `system` and `readings`. */
  session?: string | undefined;
  actor?: string | undefined;
  kind?: string | undefined;
  /** Text searched for in kind, actor and payload. */
  q?: string | undefined;
  /** RFC 3339 times that bound the event's. */
  before?: string | undefined;
  after?: string | undefined;
}

/** A bundle about to be read part by part: its first line, and how far its parts reach. */
export interface BundlePlan {
  header: string;
  /** null: the whole log. */
  session_id: string | null;
  /** The first and the last checkpoint in it; `newest` is 0 where none was signed, `first` null where nothing is to be shown. */
  first: number | null;
  newest: number;
  /** The last event of the session. */
  until: number;
}

/** Lines of a bundle; `next` is what to ask for after them. */
interface Lines<Next> {
  lines: string[];
  next: Next | null;
}

/** Sessions of a bundle of the whole log; `long` has so many events that it is to be read by itself. */
interface SessionLines extends Lines<string> {
  long: { session_id: string; until: number } | null;
}

/** What the edge may ask of the record. `Credential` is SHA-256 of a key or cookie. */
export function edgeAuditCalls(one: CallOne) {
  return {
    listEvents: (credential: Uint8Array, filter: EventFilter, limit: number, cursor?: string) =>
      one<Page<RecordedEvent>>('list_events', { credential, filter, limit, cursor }),
    /** Walks a chain: whether it is whole, and what of it is covered. */
    checkChain: (credential: Uint8Array, session: string) => one<Shield>('check_chain', { credential, session }),
    listCheckpoints: (credential: Uint8Array, limit: number, cursor?: number) =>
      one<Page<SignedCheckpoint>>('list_checkpoints', { credential, limit, cursor }),
    /** Begins the bundle of one session, which shall be shown at `checkpoint` as well. */
    exportSession: (credential: Uint8Array, session: string, checkpoint?: number) =>
      one<BundlePlan>('export_session', { credential, session, checkpoint }),
    /** Begins the bundle of the whole log; for admins. */
    exportLog: (credential: Uint8Array) => one<BundlePlan>('export_log', { credential }),
    exportCheckpoints: (credential: Uint8Array, session: string | null, from: number, until: number, asked?: number) =>
      one<Lines<number>>('export_checkpoints', { credential, session, from, until, asked }),
    exportEvents: (credential: Uint8Array, session: string, after: number | null, until: number, newest: number) =>
      one<Lines<number>>('export_events', { credential, session, after, until, newest }),
    exportSessions: (credential: Uint8Array, after: string | null, newest: number) =>
      one<SessionLines>('export_sessions', { credential, after, newest }),
  };
}

/** A checkpoint that is this host's to sign. */
export interface TakenCheckpoint {
  log: string;
  number: number;
  taken_at_us: number;
  heads: number;
  events: number;
  /** The note of the checkpoint before; null for the first. */
  previous: string | null;
}

/** Leaves of a checkpoint's tree, base64, 32 bytes each. */
interface CheckpointTile {
  first: string;
  last: string;
  leaves: string;
}

/** What a host signs of a checkpoint, and what a proof needs of its tree. */
interface CheckpointSignature {
  root: Uint8Array;
  tile_firsts: string[];
  tiles: Uint8Array;
  note: string;
  signed_by: string;
}

/** The first events of a session, up to `seq`, which `checkpoint` covers. `hash` is hex. */
interface RemovableEvents {
  log: string;
  session_id: string;
  seq: number;
  hash: string;
  checkpoint: number;
}

/** What a host that holds a key does for the record. */
export function hostAuditCalls(one: CallOne) {
  return {
    /** Takes a checkpoint if one is due; null where none is, or another host has it. */
    beginCheckpoint: (incarnation: string, afterEvents: number, afterMs: number) =>
      one<TakenCheckpoint | null>('begin_checkpoint', { incarnation, after_events: afterEvents, after_ms: afterMs }),
    readCheckpointTile: (number: number, after: string | null) =>
      one<CheckpointTile | null>('read_checkpoint_tile', { number, after }),
    /** False where it was given to another host meanwhile: then this note must not be told to anybody. */
    signCheckpoint: (incarnation: string, number: number, signature: CheckpointSignature) =>
      one<boolean>('sign_checkpoint', { incarnation, number, ...signature }),
    listSignedCheckpoints: (from: number) =>
      one<{ number: number; note: string }[]>('list_signed_checkpoints', { from }),
    findRemovableEvents: (session: string, until: number) =>
      one<RemovableEvents | null>('find_removable_events', { session, until }),
    /** Removes events and leaves the signed tombstone; returns how many. */
    removeEvents: (session: string, seq: number, hash: Uint8Array, checkpoint: number, note: string) =>
      one<number>('remove_events', { session, seq, hash, checkpoint, note }),
  };
}
