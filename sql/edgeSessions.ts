/** The edge's calls about sessions: themselves, their terminals, and a key's own shell. Part of `edgeCalls`. */
import type { CallOne } from './audit.ts';
import type { CommandRow, Key, Page, Screen, Session } from './contract.ts';
import type { Credential, Idempotency, SealedInput } from './edge.ts';

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

/** Makes them from the caller of one SQL function. */
export function sessionCalls(one: CallOne) {
  return {
    createSession: (
      credential: Credential,
      id: string,
      options: SessionOptions,
      { idempotency_key, body_hash }: Idempotency = {},
    ) => one<Session>('create_session', { credential, id, options, idempotency_key, body_hash }),
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
    /** Has changes of the session told for `ms` from now; true: they were told before, and are for half of that at least. */
    watchSession: (credential: Credential, session: string, ms: number) =>
      one<boolean>('watch_session', { credential, session, ms }),
    /** The same for the session of a command, whose id the news name. */
    watchCommand: (credential: Credential, id: string) =>
      one<{ session_id: string; told: boolean }>('watch_command', { credential, id }),
    closeSession: (credential: Credential, session: string) => one<null>('close_session', { credential, session }),
    interruptSession: (credential: Credential, session: string) =>
      one<null>('interrupt_session', { credential, session }),
    /** Keys for the session's terminal, in order; or, sealed, what was made of their JSON. */
    typeKeys: (credential: Credential, session: string, keys: Key[], sealed?: SealedInput & { data: Uint8Array }) =>
      one<null>('type_keys', { credential, session, keys: sealed ? null : JSON.stringify(keys), ...sealed }),
    resizeTerminal: (credential: Credential, session: string, size: { cols: number; rows: number }) =>
      one<Session>('resize_terminal', { credential, session, ...size }),
    readScreen: (credential: Credential, session: string) => one<Screen>('read_screen', { credential, session }),

    /** Opens this key's shell; it has one at most. */
    lockShell: (credential: Credential, id: string) => one<null>('lock_shell', { credential, id }),
    readShell: (credential: Credential) => one<LockedShell>('read_shell', { credential }),
    runInShell: (credential: Credential, id: string, command: string) =>
      one<CommandRow>('run_in_shell', { credential, id, command }),
    interruptShell: (credential: Credential) => one<null>('interrupt_shell', { credential }),
  };
}
