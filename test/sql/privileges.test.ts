import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
const clients: pg.Client[] = [];

async function as(role: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: fixture.url });
  await client.connect();
  clients.push(client);
  await client.query(`set role ${role}`);
  return client;
}

beforeAll(async () => {
  fixture = await sqlFixture();
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await fixture.drop();
});

const relations = `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname like 'limpet%' order by 1`;
const routines = `select p.oid::regprocedure::text as name, n.nspname as schema from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname like 'limpet%'`;

describe.each(['limpet_edge', 'limpet_host'])('the role %s', (role) => {
  test('is refused by every table', async () => {
    const client = await as(role);
    const tables = (await fixture.query(relations, [])) as { name: string }[];
    expect(tables.length).toBeGreaterThan(10);
    for (const { name } of tables) {
      for (const statement of [`select from ${name}`, `delete from ${name}`, `truncate ${name}`]) {
        await expect(client.query(statement), statement).rejects.toMatchObject({ code: '42501' });
      }
    }
  });

  test('may execute the functions of its own API and no other of ours', async () => {
    const rows = (await fixture.query(routines, [])) as { name: string; schema: string }[];
    const allowed = (await fixture.query(
      `select has_function_privilege('${role}', p.oid, 'execute') and has_schema_privilege('${role}', n.oid, 'usage') as may,
       p.oid::regprocedure::text as name, n.nspname as schema from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname like 'limpet%'`,
      [],
    )) as { may: boolean; name: string; schema: string }[];
    expect(rows.length).toBeGreaterThan(50);
    for (const { may, name, schema } of allowed) expect(may, name).toBe(schema === role);
  });

  test('may not create anything in the database', async () => {
    const client = await as(role);
    await expect(client.query('create schema mine')).rejects.toMatchObject({ code: '42501' });
  });
});

test('every function of both APIs runs as the owner with a fixed search path', async () => {
  const rows = await fixture.query(
    `select p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('limpet_edge', 'limpet_host')
     and not (p.prosecdef and p.proconfig @> array['search_path=pg_catalog, pg_temp'])`,
    [],
  );
  expect(rows).toEqual([]);
});

test('nobody changes the record, not even its owner', async () => {
  for (const statement of ['update limpet.events set seq = 1', 'delete from limpet.events', 'truncate limpet.events']) {
    await expect(fixture.query(statement, []), statement).rejects.toMatchObject({ code: 'LP500' });
  }
});
