/** The edge's calls about what has been: forks and replays of sessions. Part of `edgeCalls`. */
import { call } from './call.ts';
import type { Query, Replay, Session } from './contract.ts';
import type { Credential, Idempotency } from './edge.ts';

/** What POST …/replay takes. `force`: also where there is a replay of the same range. */
export interface ReplayOptions {
  from?: number | undefined;
  to?: number | undefined;
  name?: string | undefined;
  stop_on_difference?: boolean | undefined;
  force?: boolean | undefined;
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
  };
}
