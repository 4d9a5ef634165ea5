/** Where a host keeps files: a directory a session, which its commands work in, and private ones of its shells. */
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Accounts } from './account.ts';
import { Homes } from './homes.ts';
import { sayHere } from './machine.ts';

/** Where this host keeps files. */
export interface Directories {
  /** For the files of this start of the host. */
  readonly run: string;
  /** A directory for each start of a host that works here, by its incarnation. */
  readonly runs: string;
  /** Each session's own directory, its HOME: it lives until the session is closed, on this machine. */
  readonly homes: Homes;
  /** A fresh private directory for one shell's FIFOs. The host's own: what its shell could replace there, the host would open. */
  forShell(shell: string): Promise<string>;
  removeForShell(shell: string): Promise<void>;
  /** Removes what belongs to this start of the host. */
  removeRun(): Promise<void>;
}

/** Prepares the work directory. Others may pass through it and list nothing. */
export async function openDirectories(workDir: string, incarnation: string, accounts: Accounts): Promise<Directories> {
  const homes = join(workDir, 'sessions');
  const temporary = join(workDir, 'tmp');
  const runs = join(workDir, 'run');
  const run = join(runs, incarnation);
  for (const directory of [workDir, homes, temporary, runs, run]) await passable(directory);
  sayHere(run);
  return {
    run,
    runs,
    homes: new Homes(homes, temporary, accounts),
    forShell: async (shell) => {
      await mkdir(join(run, shell), { mode: 0o711 });
      return join(run, shell);
    },
    removeForShell: (shell) => rm(join(run, shell), { recursive: true, force: true }),
    removeRun: () => rm(run, { recursive: true, force: true }),
  };
}

async function passable(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o711 });
  await chmod(directory, 0o711);
}
