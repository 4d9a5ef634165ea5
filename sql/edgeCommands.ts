/** The edge's calls about commands, but for what they wrote. Part of `edgeCalls`. */
import type { CallOne } from './audit.ts';
import type { CommandRow, CommandState, LastCommand, Page, Signal } from './contract.ts';
import type { Credential, Idempotency, SealedInput } from './edge.ts';
import { reads, submits } from './edgeTogether.ts';

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
  /** The channel on which the caller hears how it ended (`answersChannel`). */
  answer_to?: string | undefined;
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

/** Makes them from the caller of one SQL function. `gathers`: what comes at once may go in one statement. */
export function commandCalls(one: CallOne, gathers: boolean) {
  const [submit, read] = [submits(one, gathers), reads(one, gathers)];
  return {
    submitCommand: (
      credential: Credential,
      session: string,
      id: string,
      options: CommandOptions,
      idempotency: Idempotency = {},
    ) => submit({ credential, session, id, options, idempotency }),
    /** A session for one command: it closes itself once that has ended. */
    execute: (
      credential: Credential,
      sessionId: string,
      id: string,
      options: CommandOptions,
      { idempotency_key, body_hash }: Idempotency = {},
    ) => one<CommandRow>('execute', { credential, session_id: sessionId, id, options, idempotency_key, body_hash }),
    /** `answer`: what its caller has heard already, which is given again in place of a question. */
    readCommand: async (credential: Credential, id: string, answer?: CommandRow) =>
      answer ?? (await read({ credential, id })),
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
    /** The last command of each of these sessions, for a list of them. */
    listLastCommands: (credential: Credential, sessions: string[]) =>
      one<LastCommand[]>('list_last_commands', { credential, sessions: JSON.stringify(sessions) }),
    /** Texts of a session's commands, newest first, each once; `q` must be in them, and `prefix` be their beginning. */
    listHistory: (
      credential: Credential,
      session: string,
      find: { q?: string | undefined; prefix?: string | undefined },
    ) => one<string[]>('list_history', { credential, session, q: find.q, prefix: find.prefix }),
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
  };
}
