/**
 * How the pages' lists are read among many rows: by which index, and never row by row. The functions themselves are asked, by Postgres'
 * own counters of scans, so it is the shape of the plans that they really had, not their time.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Query } from '../../sql/contract.ts';
import { edgeCalls } from '../../sql/edge.ts';
import { type SqlFixture, sqlFixture } from './fixture.ts';

const rows = 20_000;
const sessions = 20;
let fixture: SqlFixture;
let client: pg.Client;
let edge: ReturnType<typeof edgeCalls>;
let session: string;

beforeAll(async () => {
  fixture = await sqlFixture();
  session = (await fixture.adopted(await fixture.register(1000))).session;
  for (let n = 0; n < sessions - 1; n += 1) await fixture.edge.createSession(fixture.admin, randomUUID(), {});
  await fill();
  client = new pg.Client({ connectionString: fixture.url });
  await client.connect();
  const query: Query = async (text, values) => (await client.query(text, [...values])).rows;
  edge = edgeCalls(query);
});
afterAll(async () => {
  await client?.end();
  await fixture.drop();
});

/** A long past, in all sessions by turns. */
async function fill(): Promise<void> {
  await fixture.query(
    `with s as (select id, owner_id, key_id, row_number() over (order by created_at) - 1 as turn from limpet.sessions)
     insert into limpet.commands (id, session_id, seq, owner_id, key_id, command, max_output, state, exit_code, attempt, created_at, started_at, finished_at)
     select gen_random_uuid(), s.id, n / $2::integer + 1, s.owner_id, s.key_id, 'command ' || n, 0, 'exited', 0, gen_random_uuid(),
       clock_timestamp() - n * interval '1 minute', clock_timestamp() - n * interval '1 minute', clock_timestamp() - n * interval '1 minute'
     from generate_series(0, $1::integer - 1) n join s on s.turn = n % $2::integer`,
    [rows, sessions],
  );
  await fixture.query(`update limpet.sessions set next_seq = $1`, [rows / sessions + 1]);
  await fixture.query('analyze limpet.commands', []);
}

async function hostName(): Promise<string> {
  const [host] = await fixture.query('select name from limpet.hosts limit 1', []);
  return String(host?.name);
}

/** Scans of a table so far: `row by row`, and by each of its indexes. They are told for a connection's last second. */
async function scans(table: string): Promise<Map<string, number>> {
  const { rows: counted } = await client.query<{ name: string; scans: string }>(
    `select case when c.relkind = 'i' then c.relname else 'row by row' end as name, pg_stat_get_xact_numscans(c.oid) as scans from pg_class c
     where c.oid = $1::regclass or c.oid in (select indexrelid from pg_index where indrelid = $1::regclass)`,
    [table],
  );
  return new Map(counted.map(({ name, scans }) => [name, Number(scans)]));
}

/** How a call found its commands, or what else it lists. That it then reads each by its id is the same for all. */
async function scansOf(call: () => Promise<unknown>, table = 'limpet.commands'): Promise<string[]> {
  // Within a transaction nothing is flushed from the counters.
  await client.query('begin');
  const before = await scans(table);
  await call();
  const after = await scans(table);
  await client.query('rollback');
  const used = [...after].filter(([name, count]) => count > (before.get(name) ?? 0)).map(([name]) => name);
  return used.filter((name) => !name.endsWith('_pkey'));
}

test.each<[string, () => Promise<unknown>, string]>([
  ['the newest jobs', () => edge.listCommands(fixture.admin, {}, 50), 'commands_created_idx'],
  [
    'the jobs before a cursor',
    async () =>
      edge.listCommands(fixture.admin, {}, 50, (await edge.listCommands(fixture.admin, {}, 50)).next_cursor ?? ''),
    'commands_created_idx',
  ],
  ['the jobs of one owner', async () => edge.listCommands(await fixture.key('few'), {}, 50), 'commands_owner_idx'],
  ['what failed', () => edge.listCommands(fixture.admin, { exit_code: 3 }, 50), 'commands_failed_idx'],
  ['what was lost', () => edge.listCommands(fixture.admin, { state: 'lost' }, 50), 'commands_unusual_idx'],
  [
    'the jobs of a host',
    async () => edge.listCommands(fixture.admin, { host: await hostName() }, 50),
    'commands_host_idx',
  ],
  [
    'the jobs of a session',
    () => edge.listCommands(fixture.admin, { session, exit_code: 0 }, 50),
    'commands_session_id_seq_key',
  ],
  [
    'what a session says nowhere',
    () => edge.listSessionCommands(fixture.admin, session, { q: 'nowhere', limit: 50 }),
    'commands_session_id_seq_key',
  ],
  ['what is to be cancelled', () => edge.cancelCommands(fixture.admin, { q: 'x' }, true), 'commands_pending_idx'],
  [
    'the end of a session',
    () => edge.listSessionCommands(fixture.admin, session, { after: rows / sessions - 50, limit: 50 }),
    'commands_session_id_seq_key',
  ],
  ['its history', () => edge.listHistory(fixture.admin, session, { prefix: 'no' }), 'commands_session_id_seq_key'],
  ['the last commands', () => edge.listLastCommands(fixture.admin, [session]), 'commands_session_id_seq_key'],
  ['its recording', () => edge.readRecording(fixture.admin, session, 100, -1), 'commands_session_id_seq_key'],
  ['the last hour', () => edge.readActivity(fixture.admin, 60), 'commands_finished_idx'],
])('%s: by an index', async (_name, call, index) => {
  const used = await scansOf(call);
  expect(used).toContain(index);
  expect(used).not.toContain('row by row');
});

test.each<[string, () => Promise<unknown>, string[]]>([
  ['the newest events', () => edge.listEvents(fixture.admin, {}, 50), ['events_at_idx']],
  [
    'a kind of events that is rare',
    () => edge.listEvents(fixture.admin, { kind: 'no.such' }, 50),
    ['events_unusual_idx'],
  ],
  ['the events of a session', () => edge.listEvents(fixture.admin, { session }, 50), []],
  ['an owner’s events', async () => edge.listEvents(await fixture.key('few more'), {}, 50), []],
])('%s: by an index', async (_name, call, indexes) => {
  expect(await scansOf(call, 'limpet.events')).toEqual(indexes);
});

test('an owner’s sessions: by an index', async () => {
  const few = await fixture.key('few sessions');
  const list = () => edge.listSessions(few, { q: 'nowhere', limit: 50 });
  const used = await scansOf(list, 'limpet.sessions');
  expect(used).toContain('sessions_owner_idx');
  expect(used).not.toContain('row by row');
});

test('the jobs of a host that never was: none, and nothing is looked at', async () => {
  const list = () => edge.listCommands(fixture.admin, { host: 'nowhere' }, 50);
  expect(await list()).toEqual({ items: [], next_cursor: null });
  expect(await scansOf(list)).toEqual([]);
});

test('usage: no command is looked at, however many days are asked for', async () => {
  const { items } = await edge.readUsage(fixture.admin, { since: '2000-01-01' });
  expect(items.reduce((sum, { commands }) => sum + commands, 0)).toBe(rows);
  expect(await scansOf(() => edge.readUsage(fixture.admin, { since: '2000-01-01' }))).toEqual([]);
});

test('a recording’s page has so many commands, and the next goes on', async () => {
  const page = await edge.readRecording(fixture.admin, session, 1, -1);
  expect(page.filter(({ kind }) => kind === 'command')).toHaveLength(500);
  expect((await edge.readRecording(fixture.admin, session, 501, -1))[0]).toMatchObject({ seq: 501, kind: 'command' });
});
