import { neon, neonConfig } from '@neondatabase/serverless';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from './database.ts';
import { type NeonProxy, startNeonProxy } from './neonProxy.ts';

let database: TestDatabase;
let proxy: NeonProxy;
beforeAll(async () => {
  database = await createDatabase();
  proxy = await startNeonProxy();
  neonConfig.fetchEndpoint = proxy.endpoint;
});
afterAll(async () => {
  await proxy.stop();
  await database.drop();
});

test("Neon's driver reads every kind of value through it", async () => {
  const sql = neon(database.url);
  const rows = await sql.query('select $1::int as n, $2::bytea as b, array[1,2] as a, null as z, $3::jsonb as j', [
    3,
    '\\x00ff',
    '{"k":[1]}',
  ]);
  expect(rows).toEqual([{ n: 3, b: Buffer.from([0, 255]), a: [1, 2], z: null, j: { k: [1] } }]);
});

test('several statements are one transaction', async () => {
  const sql = neon(database.url);
  const failing = sql.transaction([sql`create table half_done (n int)`, sql`select 1 / 0`]);
  await expect(failing).rejects.toMatchObject({ code: '22012' });
  expect(await sql`select to_regclass('half_done') as t`).toEqual([{ t: null }]);
});

test("errors keep Postgres' fields", async () => {
  const sql = neon(database.url);
  const raising = sql`do $$ begin raise exception 'no' using errcode = 'LP409', detail = 'd', hint = 'h'; end $$`;
  await expect(raising).rejects.toMatchObject({ message: 'no', code: 'LP409', detail: 'd', hint: 'h' });
});

test('two statements in one text are refused, as Neon does', async () => {
  await expect(neon(database.url).query('select 1; select 2')).rejects.toMatchObject({ code: '42601' });
});
