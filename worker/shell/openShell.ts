/** Opening a shell, whatever state it is to have. */
import { UnreachableError } from './errors.ts';
import { openOnce as openHere } from './open.ts';
import { openRemote } from './remote/openRemote.ts';
import { withoutActive } from './state.ts';
import type { Shell, ShellOptions } from './types.ts';

/**
 * Opens a shell. A state that ends every shell which has it, as `set -e` does with a PROMPT_COMMAND that fails, is restored
 * without what bash acts on by itself, and that is told as a problem; or not at all. Rejects with ShellOpenError if no shell
 * could be started even so, within 10 s a try, and at once where that is not the state's doing: it waits for a shell that
 * has it. Leaves nothing behind then.
 */
export async function openShell(options: ShellOptions): Promise<Shell> {
  const { restore, ...fresh } = options;
  if (!restore) return openOnce(fresh);
  try {
    return await openOnce(options);
  } catch (error) {
    if (error instanceof UnreachableError || isOfMachine(error)) throw error;
    const why = error instanceof Error ? error.message : error;
    const passive = openWith(
      { ...fresh, restore: withoutActive(restore) },
      `Traps, options and prompts were left out: ${why}`,
    );
    return passive.catch(() => openWith(fresh, `Nothing was restored: ${why}`));
  }
}

/** A full disk, say: the same state will do once there is room. */
function isOfMachine(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: unknown } };
  return /^E[A-Z]+$/.test(String(cause?.code));
}

function openOnce(options: ShellOptions): Promise<Shell> {
  const { connect } = options;
  return connect ? openRemote({ ...options, connect }) : openHere(options);
}

async function openWith(options: ShellOptions, problem: string): Promise<Shell> {
  const shell = await openOnce(options);
  shell.problems.unshift(problem);
  return shell;
}
