/** Starting the process of a shell, and what is undone where that fails. */
import { readFileSync } from 'node:fs';
import { Bash } from './bash.ts';
import type { PrivateDirectory } from './directory.ts';
import { endTrees } from './ending.ts';
import { ShellOpenError } from './errors.ts';
import type { PrepareOptions } from './prepared.ts';
import type { Terminal } from './terminal.ts';
import { limitOf, type ShellMark, shellMarker } from './tree.ts';

const prelude = readFileSync(new URL('prelude.bash', import.meta.url));

/** How its processes are recognised. */
export function markOf({ id, account }: PrepareOptions, shellPid?: number): ShellMark {
  return { id, ...(shellPid !== undefined && { shellPid }), ...(account?.isOwn && { uid: account.uid }) };
}

/** Nothing of it stays; rejects with the error, as a ShellOpenError. */
export async function failed(
  error: unknown,
  options: PrepareOptions,
  directory: PrivateDirectory,
  terminal: Terminal | null,
): Promise<never> {
  await endTrees([markOf(options)], 0);
  directory.clear();
  terminal?.close();
  if (error instanceof ShellOpenError) throw error;
  throw new ShellOpenError(`No shell could be started: ${error instanceof Error ? error.message : error}`, {
    cause: error,
  });
}

/** Starts what becomes bash: at once, or, where it `waits`, once it is told to begin. */
export async function spawnBash(
  directory: PrivateDirectory,
  options: PrepareOptions,
  terminal: Terminal | null,
  waits: boolean,
): Promise<Bash> {
  directory.write('prelude', prelude);
  directory.write('problems', '');
  const { launch } = options;
  const bash = await Bash.spawn({
    environment: {
      ...options.environment,
      LIMPET_DIRECTORY: directory.path,
      LIMPET_LIMIT: limitOf(options.id),
      [shellMarker]: options.id,
    },
    account: options.account,
    program: options.program ?? 'bash',
    rcFile: `${directory.path}/prelude`,
    directory: directory.path,
    status: directory.fifos.takeChannel(),
    terminal: terminal?.name,
    before: launch?.words(terminal?.path) ?? [],
    waits,
  });
  if (launch?.onSpawn) {
    await launch.onSpawn(bash.pid);
    bash.proceed();
  }
  return bash;
}
