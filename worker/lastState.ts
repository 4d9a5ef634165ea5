/** What a session's commands have left: the next shell begins with it. */
import type { AdoptedSession } from '../sql/host.ts';
import type { Finished } from './execute.ts';

export interface LastState {
  /** Null where there is none yet. */
  state: Uint8Array | null;
  cwd: string | null;
  /** What `$?` is. */
  exitCode: number;
}

/** What the record has of it. */
export function lastStateOf({ state, cwd, exit_code }: AdoptedSession): LastState {
  return { state: state === null ? null : Buffer.from(state, 'base64'), cwd, exitCode: exit_code ?? 0 };
}

/** A command has ended: what it left replaces what was there before; of what is not known, the former stays. */
export function settleState(last: LastState, { state, result }: Finished): void {
  if (state) last.state = state;
  if (result.cwd !== null) last.cwd = result.cwd;
  if (result.exit_code !== null) last.exitCode = result.exit_code;
}
