/** Lists of sessions: each is in it once, in order, in as many pages as a search has time for. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SqlFixture, sqlFixture } from './fixture.ts';

const many = 300;
let fixture: SqlFixture;
beforeAll(async () => {
  fixture = await sqlFixture();
  const session = randomUUID();
  await fixture.edge.createSession(fixture.admin, session, { name: 'needle' });
  await fixture.query(
    `insert into limpet.sessions (id, owner_id, key_id, pool, cols, rows, idle_timeout_ms, closed_at)
     select gen_random_uuid(), s.owner_id, s.key_id, s.pool, s.cols, s.rows, s.idle_timeout_ms, case when n % 3 = 0 then clock_timestamp() end
     from limpet.sessions s, generate_series(1, $2::integer) n where s.id = $1`,
    [session, many],
  );
});
afterAll(() => fixture.drop());

/** All pages of a list, as ids. */
async function listed(filter: { q?: string; state?: string }): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let pages = 0;
  let cursor: string | null | undefined;
  do {
    const page = await fixture.edge.listSessions(fixture.admin, { ...filter, limit: 40, cursor: cursor ?? undefined });
    ids.push(...page.items.map(({ id }) => id));
    pages += 1;
    cursor = page.next_cursor;
  } while (cursor !== null);
  return { ids, pages };
}

/** The same by reading all of the table. */
async function expected(condition: string): Promise<string[]> {
  const rows = await fixture.query(
    `select s.id from limpet.sessions s where ${condition} order by s.created_at desc, s.id desc`,
    [],
  );
  return rows.map(({ id }) => String(id));
}

const lists: [{ q?: string; state?: string }, string][] = [
  [{}, 'true'],
  [{ state: 'closed' }, 's.closed_at is not null'],
  [{ state: 'opening' }, 's.closed_at is null'],
  [{ state: 'busy' }, 'false'],
  [{ q: 'NEEDLE' }, `s.name = 'needle'`],
  [{ q: 'nowhere' }, 'false'],
  [{ q: 'needle', state: 'closed' }, 'false'],
];

test.each(lists)('what matches %j', async (filter, condition) => {
  expect((await listed(filter)).ids).toEqual(await expected(condition));
});

test('a search whose time is over answers with a cursor that goes on; a list is never cut', async () => {
  await fixture.query(`update limpet.settings set value = '0' where name = 'limit.search_ms'`, []);
  for (const [filter, condition] of lists) expect((await listed(filter)).ids).toEqual(await expected(condition));
  expect((await listed({ q: 'nowhere' })).pages).toBeGreaterThan(many / 40);
  expect((await fixture.edge.listSessions(fixture.admin, { limit: 40 })).items).toHaveLength(40);
});
