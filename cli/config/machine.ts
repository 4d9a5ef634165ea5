/** What a config file names must be on this machine: better refused at the start than at the first /lock. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ConfigFile } from './schema.ts';

const run = promisify(execFile);
/** A program that takes longer to say its version is no bash. */
const versionMs = 5_000;
const bashMajorMin = 5;

/** A phrase for each thing that is not what it must be. */
export async function refusalsOf({ shell, hooks }: ConfigFile): Promise<string[]> {
  const reasons: string[] = [];
  if (shell?.command && !(await isBash(shell.command))) {
    reasons.push(`shell.command must be a bash of version ${bashMajorMin} or later`);
  }
  if (shell?.working_directory && !(await isDirectory(shell.working_directory))) {
    reasons.push('shell.working_directory must be a directory');
  }
  if (hooks?.shell?.includes('/') && !(await isProgram(hooks.shell))) reasons.push('hooks.shell must be a program');
  return reasons;
}

async function isBash(command: string): Promise<boolean> {
  const ask = ['--noprofile', '--norc', '-c', 'echo "$BASH_VERSINFO"'];
  const answer = await run(command, ask, { timeout: versionMs }).catch(() => undefined);
  return Number(answer?.stdout) >= bashMajorMin;
}

async function isDirectory(directory: string): Promise<boolean> {
  const found = await stat(directory).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

async function isProgram(file: string): Promise<boolean> {
  const found = await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
  return found && !(await isDirectory(file));
}
