/**
 * Brings a database to what this checkout expects: the committed migrations, graphile-worker's own schema, then our
 * functions and their grants. Safe to run any number of times, by several processes at once.
 *
 * graphile-migrate's `migrate()` is not called: it takes a pool of its own that stays open for a while after the
 * answer and calls process.exit when its connection breaks. The steps it is made of run on our one connection.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import graphileMigrate from 'graphile-migrate';
import hashes from 'graphile-migrate/dist/hash.js';
import committed from 'graphile-migrate/dist/migration.js';
import settings from 'graphile-migrate/dist/settings.js';
import { runMigrations, Logger as WorkerLogger } from 'graphile-worker';
import pg from 'pg';
import type { Log } from './contract.ts';
import { installFunctions } from './functions.ts';

const migrationsFolder = fileURLToPath(new URL('migrations', import.meta.url));
/** "limpet" on a phone's keypad: the advisory lock that every migrating process of one database waits for. */
const migrateLock = 546738;
const attemptsMax = 5;

/**
 * Migrates the database at `connectionString`, which must name its owner (CREATEROLE is enough, superuser is not
 * needed) over a direct connection: behind a pooler in transaction mode the lock would hold nothing.
 * Throws what Postgres says when a migration fails; the database is then as it was before that migration.
 */
export async function migrate(connectionString: string, log: Log): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await migrateOnce(connectionString, log);
    } catch (error) {
      if (attempt === attemptsMax || !isClusterConflict(error)) throw error;
      log('info', 'migrate_again', { attempt });
    }
  }
}

async function migrateOnce(connectionString: string, log: Log): Promise<void> {
  const client = new pg.Client({ connectionString, application_name: 'limpet migrate' });
  // A connection lost between two queries is reported here, and the next query rejects as well.
  client.on('error', (error) => log('warn', 'migrate_connection', { error: error.message }));
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrateLock]);
    await runCommitted(client, connectionString, log);
    await migrateWorker(client, connectionString, log);
    await installFunctions(client, log);
  } finally {
    await client.end();
  }
}

/** Roles belong to the cluster, the lock to one database: two databases may be changing the same role. */
function isClusterConflict(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === 'XX000' && error.message.includes('concurrently');
}

async function runCommitted(client: pg.Client, connectionString: string, log: Log): Promise<void> {
  const { rows } = await client.query<{ database: string; owner: string }>(
    'select current_database() as database, current_user as owner',
  );
  const [{ database, owner } = { database: '', owner: '' }] = rows;
  const logger = new graphileMigrate.Logger(() => (_level, message) => log('debug', 'migrate', { message }));
  const parsed = await settings.parseSettings({ connectionString, databaseOwner: owner, migrationsFolder, logger });
  const last = await committed.getLastMigration(asPoolClient(client), parsed);
  for (const migration of await committed.getMigrationsAfter(parsed, last)) {
    await committed.runCommittedMigration(asPoolClient(client), parsed, { database }, migration, '');
    log('info', 'migration_applied', { migration: migration.realFilename });
  }
}

/** graphile-migrate's types ask for a pooled client, yet only ever call its `query`. */
function asPoolClient(client: pg.Client): pg.PoolClient {
  return client as unknown as pg.PoolClient;
}

/** Brings graphile-worker's own schema to its version, and lets hosts use what is in it. */
async function migrateWorker(client: pg.Client, connectionString: string, log: Log): Promise<void> {
  const report = (error: Error) => log('warn', 'migrate_connection', { error: error.message });
  const pgPool = new pg.Pool({ connectionString, max: 1 });
  pgPool.on('error', report).on('connect', (connected) => connected.on('error', report));
  const logger = new WorkerLogger(() => (_level, message) => log('debug', 'migrate_worker', { message }));
  try {
    await runMigrations({ pgPool, schema: 'graphile_worker', logger });
  } finally {
    await pgPool.end();
  }
  await client.query(await readFile(new URL('worker.sql', import.meta.url), 'utf8'));
}

/**
 * Writes the hash of a migration that has not landed yet into its header, and says whether it changed.
 * Later ones name the hash before theirs in `--! Previous:` by hand.
 */
export async function seal(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8');
  const { headers, body } = committed.parseMigrationText(file, text);
  const previous = headers.Previous === '-' ? null : (headers.Previous ?? null);
  const sealed = text.replace(/^--! Hash:.*$/m, `--! Hash: ${hashes.calculateHash(body, previous)}`);
  if (sealed !== text) await writeFile(file, sealed);
  return sealed !== text;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seal: { type: 'string' } } });
  if (!values.seal) throw new Error('Say which migration to seal: node sql/migrate.ts --seal FILE');
  console.log((await seal(values.seal)) ? 'sealed' : 'already sealed');
}
