/**
 * The calls the edge may make, one for each function of sql/edge. `credential` is SHA-256 of the key or of the browser's
 * cookie: authentication, authorisation and the work are one round trip. Failures are raised as SQLSTATE `LPnnn` (nnn the
 * HTTP status) with the error's `code` in DETAIL and advice in HINT.
 */
import { edgeAuditCalls } from './audit.ts';
import { call, callRows } from './call.ts';
import type {
  CommandRow,
  CommandState,
  Host,
  Key,
  LastCommand,
  Page,
  Query,
  Scope,
  Screen,
  Session,
  Signal,
  StreamName,
} from './contract.ts';
import { historyCalls } from './edgeHistory.ts';
import { keyCalls } from './edgeKeys.ts';

export type { BundlePlan, EventFilter } from './audit.ts';
export type { RecordingHead, RecordingRow, ReplayOptions } from './edgeHistory.ts';
export type { KeyChange, KeyLimits, KeyOptions } from './edgeKeys.ts';

/** SHA-256 of a key or cookie, 32 bytes. */
export type Credential = Uint8Array;

/** A repeated call with the same key and the same hash of its body gives the first answer again. */
export interface Idempotency {
  idempotency_key?: string | undefined;
  body_hash?: Uint8Array | undefined;
}

/** What POST /v1/sessions takes, validated, durations in ms. */
export interface SessionOptions {
  name?: string | undefined;
  cwd?: string | undefined;
  env?: Record<string, string> | undefined;
  /** Sealed (sql/contract/sealed.ts), in base64. */
  secrets?: string | undefined;
  tty?: boolean | undefined;
  merge_output?: boolean | undefined;
  cols?: number | undefined;
  rows?: number | undefined;
  idle_timeout_ms?: number | undefined;
  labels?: Record<string, string> | undefined;
  pool?: string | undefined;
}

/** What POST …/commands takes, validated, durations in ms. */
export interface CommandOptions {
  command: string;
  timeout_ms?: number | undefined;
  stdin?: string | undefined;
  /** In its place, sealed for the command's id (sql/contract/sealed.ts), in base64, and the SHA-256 of what was sealed, in hex. */
  stdin_sealed?: string | undefined;
  stdin_seal?: string | undefined;
  stdin_sha256?: string | undefined;
  interactive?: boolean | undefined;
  env?: Record<string, string> | undefined;
  cwd?: string | undefined;
  max_output?: number | undefined;
  if_busy?: 'queue' | 'fail' | undefined;
}

/** Filters of the lists of commands; every one that is given must match. */
export interface CommandFilter {
  state?: string | undefined;
  session?: string | undefined;
  host?: string | undefined;
  /** Id of the API key that submitted it. */
  key?: string | undefined;
  exit_code?: number | undefined;
  /** Text searched for in the command and in what it wrote. */
  q?: string | undefined;
  /** RFC 3339 times that bound `created_at`. */
  before?: string | undefined;
  after?: string | undefined;
}

/** A piece of a stored stream. `next_offset` is where to read on; `total` what was written so far. */
export interface OutputPiece {
  data: Uint8Array;
  start_offset: number;
  /** Of a sealed piece, which comes whole; null, or not there, where it is not sealed. */
  seal?: Uint8Array | null;
}

/** What opens sealed input, and the SHA-256 of what was sealed. */
export interface SealedInput {
  seal: Uint8Array;
  sha256: Uint8Array;
}

/** How far a stream is stored. `complete`: the command has ended and nothing will be added. */
export interface OutputExtent {
  total: number;
  complete: boolean;
  state: string;
  /** Bytes that were dropped: from `hole_start` to before `hole_end`. Null where none were. */
  hole_start: number | null;
  hole_end: number | null;
}

/** What a background job wrote after its command had ended; `data` in base64. */
export interface LatePiece {
  position: number;
  command_id: string;
  seq: number;
  stream: StreamName;
  data: string;
  /** Where it is sealed: base64. */
  seal?: string | null;
  stored_at: string;
}

/** How far a command is. */
export interface Progress {
  state: CommandState;
  exit_code: number | null;
  signal: string | null;
  cwd: string | null;
  stdout_bytes: number;
  stderr_bytes: number;
  dropped_bytes: number;
}

/** A key's own shell, opened by POST /lock. */
export interface LockedShell {
  session_id: string;
  state: 'locked' | 'executing' | 'unrecoverable';
  /** A host has it. */
  taken: boolean;
  /** A shell was started in it. */
  opened: boolean;
  /** The last command that ended. */
  last_command_id: string | null;
}

/** Who a credential belongs to. */
export interface Identity {
  key_id: string;
  key_name: string;
  owner: string;
  scopes: Scope[];
}

/** Whether work can be done now; `reasons` says why not. */
export interface Readiness {
  ready: boolean;
  reasons: string[];
}

/** The edge's typed calls over one `query`. */
export function edgeCalls(query: Query) {
  const one = <Result>(name: string, args: Record<string, unknown>) => call<Result>(query, 'limpet_edge', name, args);
  return {
    ...historyCalls(query),
    createSession: (credential: Credential, id: string, options: SessionOptions, idempotency: Idempotency = {}) =>
      one<Session>('create_session', { credential, id, options, ...keyed(idempotency) }),
    listSessions: (
      credential: Credential,
      page: { state?: string | undefined; q?: string | undefined; limit: number; cursor?: string | undefined },
    ) =>
      one<Page<Session>>('list_sessions', {
        credential,
        state: page.state,
        q: page.q,
        limit: page.limit,
        cursor: page.cursor,
      }),
    readSession: (credential: Credential, session: string) => one<Session>('read_session', { credential, session }),
    /** Has changes of the session told for a minute; false where they were not told before. */
    watchSession: (credential: Credential, session: string) => one<boolean>('watch_session', { credential, session }),
    closeSession: (credential: Credential, session: string) => one<null>('close_session', { credential, session }),
    interruptSession: (credential: Credential, session: string) =>
      one<null>('interrupt_session', { credential, session }),
    /** Keys for the session's terminal, in order; or, sealed, what was made of their JSON. */
    typeKeys: (credential: Credential, session: string, keys: Key[], sealed?: SealedInput & { data: Uint8Array }) =>
      one<null>('type_keys', { credential, session, keys: sealed ? null : JSON.stringify(keys), ...sealed }),
    resizeTerminal: (credential: Credential, session: string, size: { cols: number; rows: number }) =>
      one<Session>('resize_terminal', { credential, session, ...size }),
    readScreen: (credential: Credential, session: string) => one<Screen>('read_screen', { credential, session }),

    submitCommand: (
      credential: Credential,
      session: string,
      id: string,
      options: CommandOptions,
      idempotency: Idempotency = {},
    ) => one<CommandRow>('submit_command', { credential, session, id, options, ...keyed(idempotency) }),
    /** A session for one command: it closes itself once that has ended. */
    execute: (
      credential: Credential,
      sessionId: string,
      id: string,
      options: CommandOptions,
      idempotency: Idempotency = {},
    ) => one<CommandRow>('execute', { credential, session_id: sessionId, id, options, ...keyed(idempotency) }),
    /** The last command of each of these sessions, for a list of them. */
    listLastCommands: (credential: Credential, sessions: string[]) =>
      one<LastCommand[]>('list_last_commands', { credential, sessions: JSON.stringify(sessions) }),
    /** Texts of a session's commands, newest first, each once; `q` must be in them, and `prefix` be their beginning. */
    listHistory: (
      credential: Credential,
      session: string,
      find: { q?: string | undefined; prefix?: string | undefined },
    ) => one<string[]>('list_history', { credential, session, q: find.q, prefix: find.prefix }),
    readCommand: (credential: Credential, id: string) => one<CommandRow>('read_command', { credential, id }),
    /** One session's commands, oldest first, after seq `after`. */
    listSessionCommands: (
      credential: Credential,
      session: string,
      page: { after?: number | undefined; state?: string | undefined; q?: string | undefined; limit: number },
    ) =>
      one<Page<CommandRow>>('list_session_commands', {
        credential,
        session,
        after: page.after,
        state: page.state,
        q: page.q,
        limit: page.limit,
      }),
    /** Commands across sessions, newest first. */
    listCommands: (credential: Credential, filter: CommandFilter, limit: number, cursor?: string) =>
      one<Page<CommandRow>>('list_commands', { credential, filter, limit, cursor }),
    /** How far a command is: cheap, for whoever looks often. */
    readProgress: (credential: Credential, id: string) => one<Progress>('read_progress', { credential, id }),
    /** How far the stream is stored; offsets below `total` can be read, except where bytes were dropped. */
    readOutputExtent: (credential: Credential, id: string, stream: StreamName) =>
      one<OutputExtent>('read_output_extent', { credential, id, stream }),
    /** Stored pieces in order from `offset`, at most `limit` bytes in all, cut at both ends. */
    readOutput: async (credential: Credential, id: string, stream: StreamName, offset: number, limit: number) =>
      (await callRows<OutputPiece>(query, 'limpet_edge', 'read_output', { credential, id, stream, offset, limit })).map(
        (piece) => ({ ...piece, start_offset: Number(piece.start_offset) }),
      ),
    /** What background jobs wrote after their commands had ended: at most `limit` pieces, at most `bytes` in all; `context` more before. */
    listLateOutput: (
      credential: Credential,
      session: string,
      page: { after?: number | undefined; limit: number; bytes: number; context?: number },
    ) =>
      one<Page<LatePiece> & { before?: LatePiece[] }>('list_late_output', {
        credential,
        session,
        ...page,
        after: page.after,
      }),
    /** Cancels some of what matches and has not ended, or only counts it. */
    cancelCommands: (credential: Credential, filter: CommandFilter, preview: boolean) =>
      one<{ matched: number; cancelled: number }>('cancel_commands', { credential, filter, preview }),
    cancelCommand: (credential: Credential, id: string) => one<CommandRow>('cancel_command', { credential, id }),
    signalCommand: (credential: Credential, id: string, signal: Signal) =>
      one<null>('signal_command', { credential, id, signal }),

    /**
     * Sends input to an interactive command; returns the offset reached. Of sealed input of which a part is known
     * already nothing is taken, and `known` is said: SQL cannot cut it.
     */
    writeStdin: (
      credential: Credential,
      id: string,
      data: Uint8Array,
      offset: number | undefined,
      last: boolean,
      sealed?: SealedInput,
    ) => one<number | { known: number }>('write_stdin', { credential, id, data, offset, last, ...sealed }),

    /** Opens this key's shell; it has one at most. */
    lockShell: (credential: Credential, id: string) => one<null>('lock_shell', { credential, id }),
    readShell: (credential: Credential) => one<LockedShell>('read_shell', { credential }),
    runInShell: (credential: Credential, id: string, command: string) =>
      one<CommandRow>('run_in_shell', { credential, id, command }),
    interruptShell: (credential: Credential) => one<null>('interrupt_shell', { credential }),

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

function keyed(idempotency: Idempotency) {
  return { idempotency_key: idempotency.idempotency_key, body_hash: idempotency.body_hash };
}
