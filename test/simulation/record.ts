/** The record as the invariants read it, when nothing moves. */
import type { CommandState, Query } from '../../sql/contract.ts';

export interface CommandRecord {
  id: string;
  session: string;
  seq: number;
  state: CommandState;
  host: string | null;
  problem: string | null;
  key: string | null;
  stdout_bytes: number;
  stderr_bytes: number;
  dropped_bytes: number;
  left_state: boolean;
  finished_ms: number | null;
}

export interface OutputRecord {
  command: string;
  stream: 1 | 2;
  start: number;
  data: Buffer;
}

/** All commands, by session and seq. */
export async function readCommands(query: Query): Promise<CommandRecord[]> {
  const rows = await query(
    `select id, session_id as session, seq, state, host_incarnation as host, problem, idempotency_key as key,
       stdout_bytes::float8, stderr_bytes::float8, dropped_bytes::float8, state_hash is not null as left_state,
       (extract(epoch from finished_at) * 1000)::float8 as finished_ms
     from limpet.commands order by session_id, seq`,
    [],
  );
  return rows as unknown as CommandRecord[];
}

/** Stored output of these commands, in order. */
export async function readOutput(query: Query, commands: string[]): Promise<OutputRecord[]> {
  const rows = await query(
    `select command_id as command, stream::integer, start_offset::float8 as start, data from limpet.output
     where command_id = any ($1::uuid[]) order by command_id, stream, start_offset`,
    [commands],
  );
  return rows as unknown as OutputRecord[];
}

/** What background jobs wrote, by session. */
export async function readLateOutput(query: Query): Promise<{ session: string; data: Buffer }[]> {
  const rows = await query('select session_id as session, data from limpet.late_output', []);
  return rows as unknown as { session: string; data: Buffer }[];
}

/** Sessions as to who has them. */
export async function readOwners(query: Query): Promise<Map<string, { host: string | null; closed: boolean }>> {
  const rows = await query(
    'select id, host_incarnation as host, closed_at is not null as closed from limpet.sessions',
    [],
  );
  return new Map(rows.map((row) => [row.id as string, row as unknown as { host: string | null; closed: boolean }]));
}

/** Hosts whose counter of sessions is not the number that they have. */
export async function readMiscounts(query: Query): Promise<string[]> {
  const rows = await query(
    `select format('host %s says %s sessions', h.incarnation, h.sessions) as detail from limpet.hosts h
     where h.state <> 'dead' and h.sessions <> (select count(*) from limpet.sessions s where s.host_incarnation = h.incarnation)`,
    [],
  );
  return rows.map((row) => row.detail as string);
}
