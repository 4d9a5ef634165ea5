/**
 * One Postgres for the whole run, and in it a migrated database that each test copies: a copy takes a fraction of
 * what the migrations take. Everything is ended and removed afterwards, whatever the tests did.
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../cli/postgres/index.ts';
import { migrate } from '../../sql/migrate.ts';
import { createDatabase, dropDatabases } from './databases.ts';
import { makeDirectory } from './directory.ts';
import { testEnvironment } from './env.ts';
import { silent } from './log.ts';
import { withDatabase } from './url.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Some database of the cluster, to create others from. */
    clusterUrl: string;
    /** The migrated database, which stays unused. */
    template: string;
  }
}

/** A cluster that only tests use needs to survive nothing. */
const careless = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };

/** vitest's globalSetup: what it returns is run at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, stop } = await cluster();
  const prefix = `limpet_test_${randomBytes(4).toString('hex')}_`;
  const clean = async () => {
    await dropDatabases(url, prefix);
    await stop();
  };
  try {
    await createDatabase(url, `${prefix}template`);
    await migrate(withDatabase(url, `${prefix}template`), silent);
  } catch (error) {
    await clean();
    throw error;
  }
  project.provide('clusterUrl', url);
  project.provide('template', `${prefix}template`);
  return clean;
}

async function cluster(): Promise<{ url: string; stop(): Promise<void> }> {
  const { LIMPET_TEST_DATABASE_URL: url, LIMPET_TEST_POSTGRES: binaries } = testEnvironment();
  if (url) return { url, stop: async () => {} };
  const dataDir = await makeDirectory();
  const remove = () => rm(dataDir, { recursive: true, force: true });
  try {
    const options = { dataDir, elsewhere: dataDir, log: silent, settings: careless, ...(binaries && { binaries }) };
    const postgres = await startPostgres(options);
    const stop = () => postgres.stop().finally(remove);
    return { url: postgres.connectionString, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}
