/** How a shell begins: what bash is to restore first, and what it said about it. Pure. */
import { quote } from './protocol.ts';
import type { ShellOptions } from './types.ts';

/** Parts of a state (state.ts): the directory, if one was asked for, and the variables of a caller. bash starts where it can always be. */
export function startParts({ cwd, exports = {} }: Pick<ShellOptions, 'cwd' | 'exports'>): Buffer {
  const set = Object.entries(exports).map(([name, value]) => `builtin export ${name}=${quote(value)}\0`);
  const enter = cwd === '' ? '' : `builtin cd -- ${quote(cwd)} || builtin cd || builtin cd /\0`;
  return Buffer.from(`${set.join('')}${enter}unset -v OLDPWD\0`);
}

/** What could not be restored, in bash's own words without where it says them. */
export function problemsOf(text: string): string[] {
  const lines = text.split('\n').filter(Boolean);
  const problems = lines.map((line) => line.replace(/^(?:bash: )?(?:.*\/prelude: )?(?:eval: )?(?:line \d+: )?/, ''));
  // A directory that is gone is missed twice: as the place to start in, and as a part of the state.
  return [...new Set(problems)];
}
