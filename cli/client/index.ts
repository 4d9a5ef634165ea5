/** The HTTP API as the command line uses it: one method a route, each safe to repeat where it can be. */
import { randomUUID } from 'node:crypto';
import type { ApiKey, Command, Key, Page, Replay, Scope, Screen, Session, Signal } from '../../sql/contract.ts';
import { type FollowOptions, follow } from './follow.ts';
import { type Call, createRequest } from './request.ts';
import type { Connection } from './settings.ts';

/** POST /v1/sessions. Durations as their user wrote them. */
type SessionRequest = {
  name?: string;
  cwd?: string;
  env?: Record<string, string>;
  tty?: boolean;
  merge_output?: boolean;
  cols?: number;
  rows?: number;
  idle_timeout?: string;
  labels?: Record<string, string>;
  pool?: string;
};

/** POST …/commands. */
type CommandRequest = {
  command: string;
  timeout?: string;
  interactive?: boolean;
  env?: Record<string, string>;
  cwd?: string;
  max_output?: number;
  if_busy?: 'queue' | 'fail';
};

/** What a key may use and run; in a change, null takes a limit away. */
export type KeyLimits = {
  quotas?: { [Name in keyof ApiKey['quotas']]?: number | null };
  timeout_max?: string | null;
  allow?: string[] | null;
  deny?: string[] | null;
};
type KeyRequest = KeyLimits & { name: string; owner?: string; scopes: Scope[]; expires_at?: string };
type KeyChange = KeyLimits & { name?: string; expires_at?: string | null };
type Filter = Record<string, string | number | undefined>;

/** The calls of the API that the command line makes. */
export type Client = ReturnType<typeof createClient>;

/** The calls over one connection. All of them throw Refused or Unreachable. `onTrouble` is told why a call is repeated. */
export function createClient(connection: Connection, onTrouble: (reason: string) => void = () => {}) {
  const request = createRequest(connection, onTrouble);
  const read = async <Body>(method: string, path: string, call?: Call) =>
    (await (await request(method, path, call)).json()) as Body;
  const send = async (method: string, path: string, call?: Call) =>
    void (await request(method, path, call)).body?.cancel();
  return {
    ...sessionCalls(read, send),
    ...commandCalls(read, send),
    /** Follows a command: see follow.ts. */
    follow: (id: string, options: FollowOptions) => follow(request, id, options),
    ...keyCalls(read, send),
    request,
  };
}

type Read = <Body>(method: string, path: string, call?: Call) => Promise<Body>;
type Send = (method: string, path: string, call?: Call) => Promise<void>;

function sessionCalls(read: Read, send: Send) {
  return {
    openSession: (json: SessionRequest) => read<Session>('POST', '/v1/sessions', { json, headers: onceOnly() }),
    readSession: (session: string) => read<Session>('GET', sessionPath(session)),
    listSessions: (query: Filter) => read<Page<Session>>('GET', '/v1/sessions', { query }),
    closeSession: (session: string) => send('DELETE', sessionPath(session)),
    forkSession: (session: string, json: { after?: number; name?: string }) =>
      read<Session>('POST', `${sessionPath(session)}/fork`, { json, headers: onceOnly() }),
    replaySession: (session: string, json: object) =>
      read<Replay>('POST', `${sessionPath(session)}/replay`, { json, headers: onceOnly() }),
    readReplay: (id: string) => read<Replay>('GET', `/v1/replays/${encodeURIComponent(id)}`),
    readScreen: (session: string) =>
      read<Screen>('GET', `${sessionPath(session)}/screen`, { query: { format: 'json' } }),
    /** Not repeated: keys might be pressed twice. */
    typeKeys: (session: string, keys: Key[]) =>
      send('POST', `${sessionPath(session)}/keys`, { json: { keys }, repeatable: false }),
    resizeTerminal: (session: string, json: { cols: number; rows: number }) =>
      send('PUT', `${sessionPath(session)}/size`, { json }),
    interruptSession: (session: string) => send('POST', `${sessionPath(session)}/interrupt`, { repeatable: false }),
    /** Oldest first, after `after`. */
    listSessionCommands: (session: string, query: Filter) =>
      read<Page<Command>>('GET', `${sessionPath(session)}/commands`, { query }),
  };
}

function commandCalls(read: Read, send: Send) {
  const commandPath = (id: string) => `/v1/commands/${encodeURIComponent(id)}`;
  return {
    /** Queues a command, in a session or in a shell of its own, and does not wait for it. */
    submit: (session: string | undefined, json: CommandRequest, key: string = randomUUID()) =>
      read<Command>('POST', session === undefined ? '/v1/exec' : `${sessionPath(session)}/commands`, {
        json,
        headers: { ...onceOnly(key), Prefer: 'wait=0' },
      }),
    /** With `waitS` it answers once the command has ended, or the wait is over. */
    readCommand: (id: string, waitS = 0, signal?: AbortSignal) =>
      read<Command>('GET', commandPath(id), {
        query: { wait: waitS },
        waitMs: waitS * 1000,
        ...(signal && { signal }),
      }),
    /** Newest first. */
    listCommands: (query: Filter) => read<Page<Command>>('GET', '/v1/commands', { query }),
    signalCommand: (id: string, signal: Signal) =>
      send('POST', `${commandPath(id)}/signal`, { json: { signal }, repeatable: false }),
    cancelCommand: (id: string) => read<Command>('DELETE', commandPath(id)),
    writeStdin: (id: string, body: Uint8Array, offset: number, eof: boolean, signal: AbortSignal) =>
      send('POST', `${commandPath(id)}/stdin`, { body, query: { offset, eof: String(eof) }, signal }),
  };
}

function keyCalls(read: Read, send: Send) {
  const keyPath = (id: string) => `/v1/keys/${encodeURIComponent(id)}`;
  return {
    createKey: (json: KeyRequest) => read<ApiKey & { key: string }>('POST', '/v1/keys', { json, repeatable: false }),
    listKeys: () => read<Page<ApiKey>>('GET', '/v1/keys'),
    changeKey: (id: string, json: KeyChange) => read<ApiKey>('PATCH', keyPath(id), { json }),
    /** Not repeated: a second rotation would end the first one's secret's grace. */
    rotateKey: (id: string, grace: string | undefined) =>
      read<ApiKey & { key: string }>('POST', `${keyPath(id)}/rotate`, { json: { grace }, repeatable: false }),
    revokeKey: (id: string) => send('DELETE', keyPath(id)),
  };
}

function sessionPath(session: string): string {
  return `/v1/sessions/${encodeURIComponent(session)}`;
}

/** A repeated call with the same key does its work once. */
function onceOnly(key: string = randomUUID()): Record<string, string> {
  return { 'Idempotency-Key': key };
}
