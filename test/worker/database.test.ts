/** A host's connection: which it takes, and what it waits for. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, requireDirectConnection } from '../../worker/database.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { silent } from '../support/log.ts';

let databases: TestDatabase[];
let pools: pg.Pool[];
beforeAll(async () => {
  databases = await Promise.all([createDatabase(), createDatabase()]);
  pools = databases.map(({ url }) => new pg.Pool({ connectionString: url }));
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await Promise.all(databases.map((database) => database.drop()));
});

test('a connection on which no notification arrives, as behind a pooler, is refused with what to use instead', async () => {
  const [heard, elsewhere] = pools as [pg.Pool, pg.Pool];
  await requireDirectConnection(heard);
  // A notification of another database is not heard, as one of another server connection behind a pooler is not.
  const pooled = { connect: heard.connect.bind(heard), query: elsewhere.query.bind(elsewhere) } as pg.Pool;
  await expect(requireDirectConnection(pooled, 100)).rejects.toThrow(/give the host a direct one, not a pooler’s/);
});

test('commits are waited for until they are on disk, but where jobs are taken and completed', async () => {
  const { url } = databases[0] as TestDatabase;
  const waits = async (isDurable?: boolean) => {
    const { pool, query } = openDatabase(url, silent, isDurable === undefined ? {} : { isDurable });
    const rows = await query("select setting, source from pg_settings where name = 'synchronous_commit'", []);
    await pool.end();
    return rows;
  };
  expect(await waits(false)).toEqual([{ setting: 'off', source: 'session' }]);
  // As the server has it; a setting of our own would come first.
  for (const rows of [await waits(), await waits(true)]) expect(rows[0]?.source).not.toBe('session');
});
