/** A command that waits until its test lets it go on. */
import { existsSync, writeFileSync } from 'node:fs';
import type { Shell } from '../shell.ts';
import { type Stack, until } from '../stack.ts';

/** In bash: waits for the file that `go` makes. */
export const untilGo = 'until [ -e go ]; do sleep 0.01; done';

/** The path of a file in a shell's directory. */
export const home = (stack: Stack, shell: Shell, name: string) => `${stack.home(shell.id)}/${name}`;

/** Makes the file, in a directory that a host may yet have to make. */
export async function go(stack: Stack, shell: Shell): Promise<void> {
  await until(() => existsSync(home(stack, shell, '')));
  writeFileSync(home(stack, shell, 'go'), '');
}
