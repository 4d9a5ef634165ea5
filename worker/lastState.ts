/** What a session's commands have left: the next shell begins with it. */
import type { SealKeys } from '../sql/contract.ts';
import type { AdoptedSession } from '../sql/host.ts';
import type { Finished } from './execute.ts';
import { openState } from './sealed/opening.ts';

/** What the next shell of a session begins with. */
export interface LastState {
  /** Null where there is none yet. */
  state: Uint8Array | null;
  cwd: string | null;
  /** What `$?` is. */
  exitCode: number;
}

/** What the record has of it; a sealed state is opened when a shell needs it. */
export function lastStateOf({ state, state_seal, cwd, requested_cwd, exit_code }: AdoptedSession): LastState {
  const isPlain = state !== null && !state_seal;
  return { state: isPlain ? Buffer.from(state, 'base64') : null, cwd: requested_cwd ?? cwd, exitCode: exit_code ?? 0 };
}

/** A shell is about to begin with it: a sealed state is opened now. Throws ShellOpenError where it cannot be. */
export async function openLast(last: LastState, keys: SealKeys | undefined, session: AdoptedSession): Promise<void> {
  last.state ??= await openState(keys, session);
}

/** A command has ended: what it left replaces what was there before; of what is not known, the former stays. */
export function settleState(last: LastState, { state, result }: Finished): void {
  if (state) last.state = state;
  if (result.cwd !== null) last.cwd = result.cwd;
  if (result.exit_code !== null) last.exitCode = result.exit_code;
}
