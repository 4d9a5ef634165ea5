/** Lists of the record: each reader sees all of its events once, in order, whichever way they are found. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventFilter } from '../../sql/audit.ts';
import { readingsChain } from '../../sql/contract.ts';
import { type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
/** An owner of few events among many of the admin's. */
let few: Buffer;
let long: string;
let short: string;

beforeAll(async () => {
  fixture = await sqlFixture();
  few = await fixture.key('few');
  [long, short] = [await opened(fixture.admin), await opened(few)];
  for (const session of [short, long, short, long]) await happened(session, 300);
  for (const session of [await opened(few), short, long]) await fixture.edge.listEvents(fixture.admin, { session }, 1);
  await happened(short, 3);
});
afterAll(() => fixture.drop());

async function opened(credential: Buffer): Promise<string> {
  const session = randomUUID();
  await fixture.edge.createSession(credential, session, {});
  return session;
}

/** So many events of three kinds, of which no chain is made: they are only listed. */
async function happened(session: string, count: number): Promise<void> {
  await fixture.query(
    `insert into limpet.events (session_id, seq, at_us, kind, actor, payload, payload_hash, prev, hash)
     select $1, s.audit_seq + n, extract(epoch from clock_timestamp()) * 1000000, 'command.' || (array['submitted', 'started', 'finished'])[n % 3 + 1],
       'key:' || s.key_id, format('{"n":%s}', n), '', '', '' from limpet.sessions s, generate_series(1, $2::integer) n where s.id = $1`,
    [session, count],
  );
  await fixture.query('update limpet.sessions set audit_seq = audit_seq + $2 where id = $1', [session, count]);
}

/** All pages of a list, as chain and seq of each event. */
async function listed(credential: Buffer, filter: EventFilter, limit = 70): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await fixture.edge.listEvents(credential, filter, limit, cursor ?? undefined);
    found.push(...page.items.map(({ session_id, seq }) => `${session_id} ${seq}`));
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found;
}

/** The same by reading all of the table; `seen` is a condition on `e`, for which $1 is a session or an owner. */
async function expected(seen: string, value: string | null): Promise<string[]> {
  const rows = await fixture.query(
    `select e.session_id || ' ' || e.seq as event from limpet.events e where $1::text is not distinct from $1 and ${seen}
     order by e.at_us desc, e.session_id, e.seq`,
    [value],
  );
  return rows.map(({ event }) => String(event));
}

const ofSession = `(e.session_id = $1::uuid or e.session_id = '${readingsChain}' and e.seq in (select seq from limpet.readings where session_id = $1::uuid))`;
const ofOwner = `exists (select from limpet.sessions s where s.owner_id::text = $1 and (s.id = e.session_id
  or e.session_id = '${readingsChain}' and e.seq in (select seq from limpet.readings where session_id = s.id)))`;
const ownerOf = async (session: string) =>
  String((await fixture.query('select owner_id from limpet.sessions where id = $1', [session]))[0]?.owner_id);

test('all of the record, in pages', async () => {
  // The reading is on the record itself: once an hour.
  for (const _again of [1, 2]) await fixture.edge.listEvents(fixture.admin, {}, 1);
  expect(await listed(fixture.admin, {})).toEqual(await expected('true', null));
});

test('a session’s events and who read them, in order', async () => {
  for (const session of [short, long]) {
    expect(await listed(fixture.admin, { session })).toEqual(await expected(ofSession, session));
  }
  expect(await listed(few, { session: short })).toEqual(await expected(ofSession, short));
});

test('an owner’s events and who read them, whether they are few or of many sessions', async () => {
  const owner = await ownerOf(short);
  const all = await expected(ofOwner, owner);
  expect(all.length).toBeGreaterThan(600);
  expect(all.some((event) => event.startsWith(readingsChain))).toBe(true);
  expect(await listed(few, {})).toEqual(all);
  await fixture.query(
    `insert into limpet.sessions (id, owner_id, key_id, pool, cols, rows, idle_timeout_ms)
     select gen_random_uuid(), s.owner_id, s.key_id, s.pool, s.cols, s.rows, s.idle_timeout_ms
     from limpet.sessions s, generate_series(1, 1000) where s.id = $1`,
    [short],
  );
  expect(await listed(few, {})).toEqual(all);
  expect(await listed(few, { kind: 'command.started' })).toEqual(
    await expected(`${ofOwner} and e.kind = 'command.started'`, owner),
  );
});

test.each<[EventFilter, string]>([
  [{ kind: 'session.opened' }, `e.kind = 'session.opened'`],
  [{ kind: 'command.finished' }, `e.kind = 'command.finished'`],
  [{ kind: 'no.such' }, 'false'],
  [{ actor: 'system' }, `e.actor = 'system'`],
  [{ q: '"N":123}' }, `e.payload = '{"n":123}'`],
  [{ q: 'nowhere' }, 'false'],
])('what matches %j', async (filter, condition) => {
  expect(await listed(fixture.admin, filter)).toEqual(await expected(condition, null));
  expect(await listed(fixture.admin, { ...filter, session: long })).toEqual(
    await expected(`${ofSession} and ${condition}`, long),
  );
});

test('a session’s events of a time', async () => {
  const [row] = await fixture.query(
    `select min(at_us) + 1 as us, to_char(timestamptz 'epoch' + (min(at_us) + 1) * interval '1 microsecond', 'YYYY-MM-DD"T"HH24:MI:SS.USOF:00') as at
     from limpet.events where session_id = $1 and kind = 'command.started'`,
    [short],
  );
  for (const [name, sign] of [['before', '<'] as const, ['after', '>'] as const]) {
    expect(await listed(fixture.admin, { session: short, [name]: String(row?.at) })).toEqual(
      await expected(`${ofSession} and e.at_us ${sign} ${row?.us}`, short),
    );
  }
});

test('a search whose time is over answers with a cursor that goes on; a list is never cut', async () => {
  await fixture.query(`update limpet.settings set value = '0' where name = 'limit.search_ms'`, []);
  const { items, next_cursor } = await fixture.edge.listEvents(fixture.admin, { q: '"n":7}' }, 50);
  expect([items, typeof next_cursor]).toEqual([[], 'string']);
  expect(await listed(fixture.admin, { q: '"n":7}' })).toEqual(await expected(`e.payload = '{"n":7}'`, null));
  expect((await fixture.edge.listEvents(fixture.admin, {}, 50)).items).toHaveLength(50);
});
