/** Installs the SQL functions, one a file, and the grants on them; only when one of those files changed. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';
import type { Log } from './contract.ts';

/** In this order, and by file name within: the ones the others call come first. */
const folders = ['internal', 'edge', 'host'];

type SqlFile = { name: string; text: string };

/**
 * Replaces every function by the one of this checkout and grants anew, in one transaction. Does nothing when the
 * database says that its functions were made from the same files, so that a restart runs no DDL.
 * Throws what Postgres says about a file, with the file's name.
 */
export async function installFunctions(client: pg.Client, log: Log): Promise<void> {
  const files = [...(await Promise.all(folders.map(readFolder))).flat(), await readSql('grants.sql')];
  const sha256 = digest(files);
  if ((await installedSha256(client)) === sha256) return;
  await client.query('begin');
  try {
    // Bodies may name functions of later files.
    await client.query('set local check_function_bodies = off');
    for (const file of files) await run(client, file);
    await client.query(
      `insert into limpet.settings (name, value) values ('functions_sha256', $1)
       on conflict (name) do update set value = excluded.value`,
      [sha256],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
  log('info', 'functions_installed', { files: files.length, sha256 });
}

async function run(client: pg.Client, file: SqlFile): Promise<void> {
  try {
    await client.query(file.text);
  } catch (error) {
    throw new Error(`sql/${file.name}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

async function installedSha256(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ value: string }>(
    `select value from limpet.settings where name = 'functions_sha256'`,
  );
  return rows[0]?.value;
}

function digest(files: SqlFile[]): string {
  const hash = createHash('sha256');
  // The length keeps a line that moves from one file to the next from going unnoticed.
  for (const { name, text } of files) hash.update(`${name} ${text.length}\n${text}`);
  return hash.digest('hex');
}

async function readFolder(folder: string): Promise<SqlFile[]> {
  const names = await readdir(new URL(`${folder}/`, import.meta.url));
  const sqlNames = names.filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(sqlNames.map((name) => readSql(`${folder}/${name}`)));
}

async function readSql(name: string): Promise<SqlFile> {
  return { name, text: await readFile(new URL(name, import.meta.url), 'utf8') };
}
