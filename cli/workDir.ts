/** Where the host of `limpet up` keeps its sessions' directories. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Log } from '../sql/contract.ts';
import { findAccounts, ownAccount } from '../worker/account.ts';
import { canPass, postgresAccountNames } from './postgres/account.ts';

/**
 * A directory that the shells' account can reach: in the data directory if it can be, else `elsewhere`, and the same one at each start.
 * Throws when shells would run as an account that may run Postgres, and could read its files.
 */
export async function chooseWorkDir(
  dataDir: string,
  elsewhere: string,
  shellUser: string | undefined,
  log: Log,
): Promise<string> {
  if (process.getuid?.() !== 0) return path.join(dataDir, 'host');
  if (shellUser !== undefined && postgresAccountNames.includes(shellUser)) {
    throw new Error(`LIMPET_SHELL_USER is ${shellUser}, which may run the database: choose another for the shells.`);
  }
  const accounts = await findAccounts(shellUser);
  const { name, ids } = 'shared' in accounts ? accounts.shared : ownAccount(accounts.range.first);
  if (!ids || canPass(dataDir, { name, ...ids })) return path.join(dataDir, 'host');
  const directory = path.join(elsewhere, `host-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`);
  log('info', 'host_elsewhere', { reason: `${name} cannot enter ${dataDir}`, directory });
  return directory;
}
