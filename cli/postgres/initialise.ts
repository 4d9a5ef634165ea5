/** Makes a new cluster with initdb, complete or not at all. */
import { spawn } from 'node:child_process';
import { access, chown, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type Account, ids } from './account.ts';

/** The environment of Postgres's programs: none of ours, messages in English because we read them. */
export const postgresEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

type Initdb = {
  binaries: string;
  account: Account | undefined;
  /** The cluster is made in here, as `postgres`. */
  directory: string;
  superuserPassword: string;
  /** Off for throw-away clusters: saves the wait for the disk. */
  sync: boolean;
  signal: AbortSignal;
};

/**
 * Leaves an existing cluster as it is. A new one is made aside and renamed into place, so that a start that is
 * killed half-way leaves nothing that looks like a cluster. Throws what initdb says.
 */
export async function initialise({ directory, account, ...options }: Initdb): Promise<string> {
  const cluster = path.join(directory, 'postgres');
  if (await exists(cluster)) return cluster;
  await removeLeftovers(directory);
  const aside = await mkdtemp(path.join(directory, leftover));
  const passwordFile = path.join(aside, 'password');
  await writeFile(passwordFile, `${options.superuserPassword}\n`, { mode: 0o600 });
  if (account) await Promise.all([aside, passwordFile].map((file) => chown(file, account.uid, account.gid)));
  try {
    await initdb(path.join(aside, 'cluster'), passwordFile, { ...options, account });
    await rename(path.join(aside, 'cluster'), cluster);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return cluster;
}

const leftover = '.initdb-';

async function removeLeftovers(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => name.startsWith(leftover));
  await Promise.all(names.map((name) => rm(path.join(directory, name), { recursive: true, force: true })));
}

type Run = Pick<Initdb, 'binaries' | 'account' | 'sync' | 'signal'>;

async function initdb(cluster: string, passwordFile: string, { binaries, account, sync, signal }: Run): Promise<void> {
  const args = ['--pgdata', cluster, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  // Byte order everywhere: an index must not depend on the C library of the machine it was built on.
  args.push('--encoding=UTF8', '--locale=C', ...(sync ? [] : ['--no-sync']));
  const child = spawn(path.join(binaries, 'initdb'), args, {
    ...ids(account),
    cwd: '/',
    env: postgresEnvironment,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  // Given up, it is told to end, and what it is at it still writes: that it is gone is waited for all the same.
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [errors, code] = await Promise.all([text(child.stderr), closed]);
  if (failure) throw failure;
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${errors.trim()}`);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
