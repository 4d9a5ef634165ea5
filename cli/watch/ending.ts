/** How a command's end becomes an exit code, and a sentence where the code alone would not tell. */
import type { Command } from '../../sql/contract.ts';
import type { Progress } from '../../sql/edge.ts';

/** Exit codes of `limpet exec` and `limpet tail` that are not the command's own. Those of 125 and 141 are the usual ones. */
export const exitCodes = {
  /** The host was lost while it ran, or the shell ended in a way that nobody saw. */
  lost: 120,
  /** It was cancelled, or expired, before it started. */
  cancelled: 121,
  expired: 122,
  /** The connection was lost for good; the command goes on. */
  disconnected: 123,
  /** As timeout(1) has it. */
  timed_out: 124,
  /** limpet itself failed or was refused: nothing is said about a command. As env(1) and timeout(1) have it. */
  failed: 125,
  /** Nobody reads the output any more: 128 and SIGPIPE. */
  closed: 141,
} as const;

/** The end of a command that has ended. `problem`: why it could not be run as asked. */
type Ended = Pick<Progress, 'state' | 'exit_code' | 'signal'> & Partial<Pick<Command, 'problem'>>;

/** The exit code to leave with. */
export function exitCodeOf({ state, exit_code: code }: Ended): number {
  if (state === 'cancelled' || state === 'expired' || state === 'timed_out') return exitCodes[state];
  return code ?? exitCodes.lost;
}

/** What a person should know of the end besides its code; undefined where the code says it all. `own`: in a shell of its own. */
export function sentenceOf({ state, exit_code: code, signal, problem }: Ended, own: boolean): string | undefined {
  if (problem) return problem;
  switch (state) {
    case 'timed_out':
      return 'It took longer than its timeout. Its processes are gone; what it printed is kept.';
    case 'killed':
      return `It was ended${signal ? ` (SIG${signal.replace(/^SIG/, '')})` : ''}. Its processes are gone; what it printed is kept.`;
    case 'shell_exited':
      if (own && code !== null) return undefined;
      return `The shell ended with it (${code === null ? 'how is not known' : `exit code ${code}`}). The session's next command has a fresh shell with the state from before.`;
    case 'lost':
      return 'Its host was lost while it ran: whether it finished is not known, and it is not run again. What it printed until then is kept.';
    case 'cancelled':
      return 'It was cancelled before it started: it never ran.';
    case 'expired':
      return 'No host took it in time: it never ran.';
    default:
      return undefined;
  }
}
