/**
 * The calls the edge may make, one for each function of sql/edge. `credential` is SHA-256 of the key or of the browser's
 * cookie: authentication, authorisation and the work are one round trip. Failures are raised as SQLSTATE `LPnnn` (nnn the
 * HTTP status) with the error's `code` in DETAIL and advice in HINT.
 */
import { edgeAuditCalls } from './audit.ts';
import { call } from './call.ts';
import type { Host, Page, Query, Scope } from './contract.ts';
import { commandCalls } from './edgeCommands.ts';
import { historyCalls } from './edgeHistory.ts';
import { keyCalls } from './edgeKeys.ts';
import { outputCalls } from './edgeOutput.ts';
import { sessionCalls } from './edgeSessions.ts';

export type { BundlePlan, EventFilter } from './audit.ts';
export type { CommandFilter, CommandOptions, Progress } from './edgeCommands.ts';
export type { RecordingHead, RecordingRow, ReplayOptions } from './edgeHistory.ts';
export type { KeyChange, KeyLimits, KeyOptions } from './edgeKeys.ts';
export type { LatePiece, OutputExtent, OutputPiece } from './edgeOutput.ts';
export type { LockedShell, SessionOptions } from './edgeSessions.ts';
export { isPassing, sqlStateOf } from './errors.ts';

/** SHA-256 of a key or cookie, 32 bytes. */
export type Credential = Uint8Array;

/** A repeated call with the same key and the same hash of its body gives the first answer again. */
export interface Idempotency {
  idempotency_key?: string | undefined;
  body_hash?: Uint8Array | undefined;
}

/** What opens sealed input, and the SHA-256 of what was sealed. */
export interface SealedInput {
  seal: Uint8Array;
  sha256: Uint8Array;
}

/** Who a credential belongs to. */
interface Identity {
  key_id: string;
  key_name: string;
  owner: string;
  scopes: Scope[];
}

/** Whether work can be done now; `reasons` says why not. */
interface Readiness {
  ready: boolean;
  reasons: string[];
}

/**
 * The edge's typed calls over one `query`. `gathers`: commands that are submitted and read at once may go in one statement, which a process can do that
 * serves many requests; workerd keeps what is one request's from the others.
 */
export function edgeCalls(query: Query, gathers = false) {
  const one = <Result>(name: string, args: Record<string, unknown>) => call<Result>(query, 'limpet_edge', name, args);
  return {
    ...historyCalls(query),
    ...outputCalls(query),
    ...sessionCalls(one),
    ...commandCalls(one, gathers),
    /** Passes where this key may have what is stored as it is, of a command, a session or all; it is noted in the record. */
    permitRaw: (credential: Credential, of: { command?: string | undefined; session?: string | undefined }) =>
      one<null>('permit_raw', { credential, ...of }),
    whoami: (credential: Credential) => one<Identity>('whoami', { credential }),
    /** Logs a browser in: `loginHash` is SHA-256 of the new cookie. */
    createLogin: (credential: Credential, loginHash: Uint8Array) =>
      one<Identity>('create_login', { credential, login_hash: loginHash }),
    /** Spends a one-time link; null where it is unknown, used or expired. */
    redeemLoginLink: (linkHash: Uint8Array, loginHash: Uint8Array) =>
      one<Identity | null>('redeem_login_link', { link_hash: linkHash, login_hash: loginHash }),
    deleteLogin: (credential: Credential) => one<null>('delete_login', { credential }),

    ...keyCalls(one),
    ...edgeAuditCalls(one),
    listHosts: (credential: Credential) => one<Page<Host>>('list_hosts', { credential }),
    /** Needs no key: says only whether the database answers and a host lives. */
    readReadiness: () => one<Readiness>('read_readiness', {}),
  };
}

/** The edge's calls, as a type. */
export type EdgeCalls = ReturnType<typeof edgeCalls>;
