/** What a command writes into its session's directory for its test to see. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Command } from '../../../sql/contract.ts';
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

const hasUp = (stack: Stack, shell: Shell) => existsSync(`${stack.home(shell.id)}/up`);

/** Resolves once the command has made the file `up`. */
export const isUp = (stack: Stack, shell: Shell) => until(() => hasUp(stack, shell));

/** A command that its timeout ended once it had made the file `up`: where it did not come so far, it has twice the time. */
export async function timedOut(stack: Stack, shell: Shell, script: string): Promise<Command> {
  for (let ms = 500; ; ms *= 2) {
    const command = await shell.run(script, { timeout: `${ms}ms` });
    expect(command).toMatchObject({ state: 'timed_out', exit_code: 124 });
    if (hasUp(stack, shell)) return command;
  }
}
