import { afterAll, beforeAll, expect, test } from 'vitest';
import { neonQuery } from '../../functions/database.ts';
import { DatabaseUnavailable } from '../../functions/query.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type NeonProxy, startNeonProxy } from '../support/neonProxy.ts';

let database: TestDatabase;
let proxy: NeonProxy;
beforeAll(async () => {
  database = await createDatabase();
  proxy = await startNeonProxy();
});
afterAll(async () => {
  await proxy.stop();
  await database.drop();
});

test('values come as Query promises: bytes, numbers, json', async () => {
  const query = neonQuery(database.url, proxy.endpoint);
  const text =
    'select $1::bytea as bytes, $2::bigint as big, $3::jsonb as json, null::text as nothing, $4::boolean as flag';
  const rows = await query(text, ['\\x00ff', 2 ** 40, '{"a":1}', true]);
  expect(rows).toEqual([{ bytes: Uint8Array.of(0, 255), big: 2 ** 40, json: { a: 1 }, nothing: null, flag: true }]);
});

test('an error keeps its SQLSTATE, DETAIL and HINT', async () => {
  const query = neonQuery(database.url, proxy.endpoint);
  await expect(query('select limpet_edge.whoami($1)', ['\\x00'])).rejects.toMatchObject({
    code: 'LP401',
    detail: 'unauthorized',
  });
});

test('an endpoint that does not answer is DatabaseUnavailable', async () => {
  const query = neonQuery(database.url, 'http://127.0.0.1:1/sql');
  await expect(query('select 1', [])).rejects.toThrow(DatabaseUnavailable);
});
