/** Whose a directory is, such as that of a session with an account of its own, and its removal as that account. */
import { execFile } from 'node:child_process';
import { rm, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** True for whatever this account can find there. */
export async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/** Removes it with all that is in it, as the account that it belongs to. */
export async function removeAsOwner(path: string): Promise<void> {
  const uid = process.getuid?.() === 0 ? await ownerOf(path) : 0;
  if (uid > 0) await run('rm', ['-rf', '--', path], { uid, gid: uid, cwd: '/', env: {} }).catch(() => undefined);
  await rm(path, { recursive: true, force: true });
}

/** 0 where there is no such directory. */
export async function ownerOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.uid ?? 0;
}
