import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectionSettings, pgQuery, withOptions } from '../../../cli/edge/connection.ts';
import { DatabaseUnavailable } from '../../../functions/query.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createDatabase();
  pool = new pg.Pool({ ...connectionSettings(database.url, 'a test'), max: 1 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

test.each([
  ['postgres://u@h/d', 'postgres://u@h/d?options=-c%20role%3Dx'],
  ['postgres://u@h/d?sslmode=require', 'postgres://u@h/d?sslmode=require&options=-c%20role%3Dx'],
  ['postgres://u@h/d?options=endpoint%3Da&b=c', 'postgres://u@h/d?options=endpoint%3Da%20-c%20role%3Dx&b=c'],
])('%s with more options is %s', (given, expected) => {
  expect(withOptions(given, '-c role=x')).toBe(expected);
});

test('every connection is limpet_edge from its start', async () => {
  expect(await pgQuery(pool)('select current_user as name', [])).toEqual([{ name: 'limpet_edge' }]);
  await expect(pgQuery(pool)('select from limpet.commands', [])).rejects.toMatchObject({ code: '42501' });
});

test('values come as Query promises: bytes, numbers, json', async () => {
  const text =
    'select $1::bytea as bytes, $2::bigint as big, $3::jsonb as json, null::text as nothing, $4::boolean as flag';
  const [row] = await pgQuery(pool)(text, ['\\x00ff', 2 ** 40, '{"a":1}', true]);
  expect(row).toMatchObject({ big: 2 ** 40, json: { a: 1 }, nothing: null, flag: true });
  expect(Array.from(row?.bytes as Uint8Array)).toEqual([0, 255]);
});

test('an error keeps its SQLSTATE; a lost connection is DatabaseUnavailable, and the next call has a new one', async () => {
  const query = pgQuery(pool);
  await expect(query('select 1/0', [])).rejects.toMatchObject({ code: '22012' });
  pool.on('error', () => {});
  const lost = expect(query('select pg_sleep(20)', [])).rejects.toThrow(DatabaseUnavailable);
  const owner = new pg.Client(database.url);
  await owner.connect();
  const end =
    "select pg_terminate_backend(pid) as done from pg_stat_activity where application_name = 'a test' and query like '%pg_sleep%'";
  await vi.waitFor(async () => expect((await owner.query(end)).rows).toEqual([{ done: true }]));
  await lost;
  await owner.end();
  expect(await query('select 1 as one', [])).toEqual([{ one: 1 }]);
});
