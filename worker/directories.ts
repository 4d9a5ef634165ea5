/** Where a host keeps files: a directory a session, which its commands work in, and private ones of its shells. */
import { chmod, chown, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ShellAccount } from './account.ts';
import { sayHere } from './machine.ts';

export interface Directories {
  /** For the files of this start of the host. */
  readonly run: string;
  /** A directory for each start of a host that works here, by its incarnation. */
  readonly runs: string;
  /** The session's own directory, its HOME: it lives until the session is closed, on this machine. */
  home(session: string): Promise<string>;
  /** The sessions that have a directory here. */
  homes(): Promise<string[]>;
  /** Removes it, with all that is in it. */
  removeHome(session: string): Promise<void>;
  /** A fresh private directory for one shell's FIFOs. */
  forShell(shell: string): Promise<string>;
  removeForShell(shell: string): Promise<void>;
  /** Removes what belongs to this start of the host. */
  removeRun(): Promise<void>;
}

/** Prepares the work directory. Others may pass through it and list nothing; what is below is the shells' account's own. */
export async function openDirectories(
  workDir: string,
  incarnation: string,
  account: ShellAccount,
): Promise<Directories> {
  const homes = join(workDir, 'sessions');
  const runs = join(workDir, 'run');
  const run = join(runs, incarnation);
  for (const directory of [workDir, homes, runs, run]) await passable(directory);
  sayHere(run);
  return {
    run,
    runs,
    home: (session) => own(join(homes, session), account),
    homes: async () => (await readdir(homes)).filter((name) => z.uuid().safeParse(name).success),
    removeHome: (session) => rm(join(homes, session), { recursive: true, force: true }),
    forShell: (shell) => own(join(run, shell), account),
    removeForShell: (shell) => rm(join(run, shell), { recursive: true, force: true }),
    removeRun: () => rm(run, { recursive: true, force: true }),
  };
}

async function passable(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o711 });
  await chmod(directory, 0o711);
}

async function own(directory: string, account: ShellAccount): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (account.ids) await chown(directory, account.ids.uid, account.ids.gid);
  return directory;
}
