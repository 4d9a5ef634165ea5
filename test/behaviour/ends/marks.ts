/** What a command writes into its session's directory for its test to see. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Shell } from '../shell.ts';
import { type Stack, until } from '../stack.ts';

/** The files that a session's commands have made in its directory. */
export const made = (stack: Stack, shell: Shell) => readdirSync(stack.home(shell.id)).sort();

/** The processes whose ids its commands have written to files; to be asked while they run. */
export function noted(stack: Stack, shell: Shell): number[] {
  const files = made(stack, shell).filter((name) => name.endsWith('.pid'));
  const pids = files.map((name) => Number(readFileSync(`${stack.home(shell.id)}/${name}`, 'latin1')));
  return stack.outside(shell.id, pids);
}

/** Resolves once the command has made the file `up`. */
export const isUp = (stack: Stack, shell: Shell) => until(() => existsSync(`${stack.home(shell.id)}/up`));
