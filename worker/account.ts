/** The account that shells run as. */
import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ShellAccount {
  name: string;
  /** Set where it is another account than the host's own, which only root may choose. */
  ids?: { uid: number; gid: number };
}

/**
 * The account for shells: `shellUser` where the host is root, so that no command can read the host's memory or files;
 * else the host's own, the only one it may use. Throws where there is no such account, or it is root.
 */
export async function findShellAccount(shellUser: string): Promise<ShellAccount> {
  if (process.getuid?.() !== 0) return { name: userInfo().username };
  const [uid, gid] = await Promise.all([numberOf('-u', shellUser), numberOf('-g', shellUser)]);
  if (uid === 0) throw new Error('LIMPET_SHELL_USER is root: choose an account without rights for the shells.');
  return { name: shellUser, ids: { uid, gid } };
}

async function numberOf(flag: '-u' | '-g', name: string): Promise<number> {
  try {
    return Number((await run('id', [flag, '--', name])).stdout);
  } catch {
    throw new Error(`There is no account "${name}" on this machine: set LIMPET_SHELL_USER to one for the shells.`);
  }
}
