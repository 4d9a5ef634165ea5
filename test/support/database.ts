/** A database of one's own, migrated, for a test or a file of tests. */
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { createDatabase as copy, dropDatabase } from './databases.ts';
import { withDatabase } from './url.ts';

export type TestDatabase = {
  /** Connection string of its owner, who is no superuser. */
  url: string;
  drop(): Promise<void>;
};

/** A copy of the migrated database. Dropped by `drop`, or at the end of the run. */
export async function createDatabase(): Promise<TestDatabase> {
  return create(inject('template'));
}

/** A database without anything in it. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return create(undefined);
}

async function create(template: string | undefined): Promise<TestDatabase> {
  const [clusterUrl, prefix] = [inject('clusterUrl'), inject('template').replace(/template$/, '')];
  const name = prefix + randomBytes(4).toString('hex');
  await copy(clusterUrl, name, template);
  return { url: withDatabase(clusterUrl, name), drop: () => dropDatabase(clusterUrl, name) };
}
