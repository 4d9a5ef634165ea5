/** What is bound into walls that stand already, under another name. */
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Has the walls around this process show at `to` what they showed at `from`: what is mounted on a directory goes with it when it is renamed
 * from without, where the directory is no place of a mount. Both paths are the host's, too, and there it is renamed already. Nothing but what
 * waits for its session runs behind these walls, so nobody can have put anything in the way. Rejects where it cannot be seen there afterwards.
 */
export async function moveInside(pid: number, from: string, to: string): Promise<void> {
  const root = join('/proc', String(pid), 'root');
  await rename(join(root, from), join(root, to));
  const [inside, outside] = await Promise.all([stat(join(root, to)), stat(to)]);
  if (inside.ino !== outside.ino || inside.dev !== outside.dev)
    throw new Error(`${to} is not to be seen behind the walls.`);
}
