/**
 * Who runs Postgres. Postgres refuses to run as root, so root hands it to an account that is already there:
 *
 * - not `nobody`, which people give untrusted programs such as our shells, and which could read the database files;
 * - not a bare number without a name: initdb looks its user up and refuses ("could not look up effective user ID");
 * - not one made by us: a program that was only started should leave the machine's accounts alone.
 */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

/** A user and group that a child process is started as. */
export type Account = { name: string; uid: number; gid: number };

/** In order of preference. An administrator who wants a dedicated account makes the first. */
export const postgresAccountNames = ['limpet-postgres', 'postgres', 'daemon'];

/** The account for Postgres, or undefined when it may run as the current user. Throws when root finds none. */
export async function postgresAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of postgresAccountNames) {
    const account = await findAccount(name);
    if (account) return account;
  }
  throw new Error(
    `Postgres cannot run as root, and the machine has none of the accounts ${postgresAccountNames.join(', ')}. ` +
      `Make one (useradd --system ${postgresAccountNames[0]}), start limpet as an ordinary user, or set DATABASE_URL.`,
  );
}

async function findAccount(name: string): Promise<Account | undefined> {
  const id = promisify(execFile);
  try {
    const [user, group] = await Promise.all([id('id', ['-u', name]), id('id', ['-g', name])]);
    return { name, uid: Number(user.stdout), gid: Number(group.stdout) };
  } catch {
    return undefined; // `id` ends with 1 for an unknown name
  }
}

/** Can the account go through every directory on the way to this one? */
export function canPass(directory: string, account: Account | undefined): boolean {
  return runsAs(account, 'test', ['-x', directory]);
}

/** Can the account execute this program? */
export function canRun(program: string, account: Account | undefined): boolean {
  return runsAs(account, program, ['--version']);
}

function runsAs(account: Account | undefined, program: string, args: string[]): boolean {
  // In `/`, because the current directory may be one that the account cannot enter.
  return spawnSync(program, args, { ...ids(account), cwd: '/', stdio: 'ignore' }).status === 0;
}

/** What `spawn` takes to start a child as the account. */
export function ids(account: Account | undefined): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {};
}
