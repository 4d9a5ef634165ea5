import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { migrate, seal } from '../../sql/migrate.ts';
import { createDatabase, createEmptyDatabase, type TestDatabase } from '../support/database.ts';
import { temporaryDirectory } from '../support/directory.ts';
import { silent } from '../support/log.ts';

const databases: TestDatabase[] = [];
afterEach(async () => {
  for (const database of databases.splice(0)) await database.drop();
});

async function use(made: Promise<TestDatabase>): Promise<string> {
  databases.push(await made);
  return (await made).url;
}

async function rows(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client
    .query(sql)
    .then((result) => result.rows)
    .finally(() => client.end());
}

test('an empty database gets every migration and every function', async () => {
  const url = await use(createEmptyDatabase());
  await migrate(url, silent);
  const files = await readdir('sql/migrations/committed');
  expect(await rows(url, 'select filename from graphile_migrate.migrations')).toHaveLength(files.length);
  expect(await rows(url, `select from limpet.settings where name = 'functions_sha256'`)).toHaveLength(1);
});

test('the owner is no superuser', async () => {
  const url = await use(createDatabase());
  expect(await rows(url, 'select rolsuper from pg_roles where rolname = current_user')).toEqual([{ rolsuper: false }]);
});

test('hosts own nothing, and may create nothing: what adds jobs runs with the rights of the tables’ owner', async () => {
  const url = await use(createDatabase());
  const owned = `select oid::regclass::text as name from pg_class where relowner = 'limpet_host'::regrole
    union all select oid::regprocedure::text from pg_proc where proowner = 'limpet_host'::regrole
    union all select nspname from pg_namespace where nspowner = 'limpet_host'::regrole`;
  expect(await rows(url, owned)).toEqual([]);
  const right = `select has_database_privilege('limpet_host', current_database(), 'create') as database,
    has_schema_privilege('limpet_host', 'graphile_worker', 'create') as schema`;
  expect(await rows(url, right)).toEqual([{ database: false, schema: false }]);
  const asHost = (sql: string) => rows(url, `set role limpet_host; ${sql}`);
  for (const sql of [
    'alter function graphile_worker.add_job rename to add_another',
    'drop table graphile_worker._private_jobs',
    'create function graphile_worker.mine() returns int language sql return 1',
    'create trigger mine before insert on graphile_worker._private_jobs execute function suppress_redundant_updates_trigger()',
    'alter table graphile_worker._private_jobs disable row level security',
  ]) {
    await expect(asHost(sql), sql).rejects.toMatchObject({ code: '42501' });
  }
});

test('a database whose jobs belonged to the hosts’ role is given to its owner, and hosts see their jobs', async () => {
  const url = await use(createDatabase());
  await rows(url, 'alter schema graphile_worker owner to limpet_host');
  await rows(url, 'alter table graphile_worker._private_jobs owner to limpet_host');
  await rows(url, "delete from graphile_migrate.migrations where filename = '000030.sql'");
  await migrate(url, silent);
  const owned = "select from pg_class where relowner = 'limpet_host'::regrole";
  expect(await rows(url, owned)).toEqual([]);
  await rows(url, "select graphile_worker.add_job('x')");
  const asHost = `${url}${url.includes('?') ? '&' : '?'}options=-c%20role%3Dlimpet_host`;
  expect(await rows(asHost, 'select id from graphile_worker._private_jobs')).toHaveLength(1);
});

test('migrating again changes nothing', async () => {
  const url = await use(createDatabase());
  const versions = `select oid::text, xmin::text from pg_proc where pronamespace::regnamespace::text like 'limpet%' order by oid`;
  const before = await rows(url, versions);
  await migrate(url, silent);
  expect(await rows(url, versions)).toEqual(before);
});

test('functions are installed anew when their files are not the ones the database was given', async () => {
  const url = await use(createDatabase());
  await rows(url, `update limpet.settings set value = 'other' where name = 'functions_sha256'`);
  const events: string[] = [];
  await migrate(url, (_level, event) => events.push(event));
  expect(events).toContain('functions_installed');
});

test('processes that migrate one database at once all succeed', async () => {
  const url = await use(createEmptyDatabase());
  await Promise.all([migrate(url, silent), migrate(url, silent), migrate(url, silent)]);
});

test('two databases of one cluster can be migrated at once', async () => {
  const urls = await Promise.all([use(createEmptyDatabase()), use(createEmptyDatabase())]);
  await Promise.all(urls.map((url) => migrate(url, silent)));
});

test('no connection outlives a migration', async () => {
  const url = await use(createEmptyDatabase());
  await migrate(url, silent);
  const others = `select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
    and backend_type = 'client backend'`;
  await expect.poll(() => rows(url, others)).toEqual([]);
});

test('sealing writes the hash that makes a migration valid, once', async () => {
  const directory = await temporaryDirectory(onTestFinished);
  const file = path.join(directory, '000001.sql');
  await writeFile(file, '--! Previous: -\n--! Hash: sha1:0\n\nselect 1;\n');
  expect(await seal(file)).toBe(true);
  expect(await readFile(file, 'utf8')).toMatch(/^--! Hash: sha1:[0-9a-f]{40}$/m);
  expect(await seal(file)).toBe(false);
});

test('every committed migration is sealed', async () => {
  const folder = 'sql/migrations/committed';
  for (const name of await readdir(folder)) {
    const directory = await temporaryDirectory(onTestFinished);
    const copy = path.join(directory, name);
    await writeFile(copy, await readFile(path.join(folder, name)));
    expect(await seal(copy), name).toBe(false);
  }
});
