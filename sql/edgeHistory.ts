/** The edge's calls about what has been: forks and replays of sessions. Part of `edgeCalls`. */
import { call, callRows } from './call.ts';
import type { Activity, Query, Replay, Session, StateMoment, StateRow, Stats, UsageDay } from './contract.ts';
import type { Credential, Idempotency } from './edge.ts';

/** What POST …/replay takes. `force`: also where there is a replay of the same range. */
export interface ReplayOptions {
  from?: number | undefined;
  to?: number | undefined;
  name?: string | undefined;
  stop_on_difference?: boolean | undefined;
  force?: boolean | undefined;
}

/** What a recording begins with. Times in microseconds since 1970. */
export interface RecordingHead {
  id: string;
  name: string | null;
  tty: boolean;
  cols: number;
  rows: number;
  start_us: number;
  resizes: { at_us: number; cols: number; rows: number }[];
}

/** A part of a recording: a command's text, a piece of output at its offset in its stream, or a command's end (`exited 0`). */
export interface RecordingRow {
  seq: number;
  kind: 'command' | 'output' | 'end';
  at_us: number;
  /** Of output: how many bytes of both streams came before. */
  position: number | null;
  stream: 1 | 2 | null;
  start_offset: number | null;
  data: Uint8Array;
  /** Of sealed output; else null, or not there. */
  seal?: Uint8Array | null;
  /** Of output. */
  command_id?: string | null;
}

/** The typed calls over one `query`. */
export function historyCalls(query: Query) {
  const one = <Result>(name: string, args: Record<string, unknown>) => call<Result>(query, 'limpet_edge', name, args);
  return {
    /** A session that begins in the state of `session` after command `after`, or after the last that is known to have ended. */
    forkSession: (
      credential: Credential,
      session: string,
      id: string,
      { after, name }: { after?: number | undefined; name?: string | undefined },
      { idempotency_key, body_hash }: Idempotency = {},
    ) => one<Session>('fork_session', { credential, session, id, after, name, idempotency_key, body_hash }),
    /** Runs commands again in a new session, or gives the replay of them that there is. */
    replaySession: (
      credential: Credential,
      session: string,
      ids: { id: string; session_id: string },
      options: ReplayOptions,
      { idempotency_key, body_hash }: Idempotency = {},
    ) => one<Replay>('replay_session', { credential, session, ...ids, options, idempotency_key, body_hash }),
    readReplay: (credential: Credential, id: string) => one<Replay>('read_replay', { credential, id }),
    /** The shell's state that a command found or left, as bash's own text. */
    readCommandState: (credential: Credential, id: string, at: StateMoment) =>
      one<StateRow>('read_command_state', { credential, id, at }),
    /** Days are dates (UTC), both included. `until`: the next `changed_since`. */
    readUsage: (
      credential: Credential,
      {
        since,
        until,
        changed_since,
      }: { since?: string | undefined; until?: string | undefined; changed_since?: string | undefined },
    ) => one<{ items: UsageDay[]; until: string }>('read_usage', { credential, since, until, changed_since }),
    readStats: (credential: Credential, windowMs: number) =>
      one<Stats>('read_stats', { credential, window_ms: windowMs }),
    readActivity: (credential: Credential, minutes: number) => one<Activity>('read_activity', { credential, minutes }),
    readRecordingHead: (credential: Credential, session: string) =>
      one<RecordingHead>('read_recording_head', { credential, session }),
    /** About a MiB of a recording from (`seq`, `position`) on; none where it is over. */
    readRecording: async (credential: Credential, session: string, seq: number, position: number) =>
      (
        await callRows<RecordingRow>(query, 'limpet_edge', 'read_recording', { credential, session, seq, position })
      ).map((row) => ({
        ...row,
        at_us: Number(row.at_us),
        position: row.position === null ? null : Number(row.position),
        start_offset: row.start_offset === null ? null : Number(row.start_offset),
      })),
  };
}
