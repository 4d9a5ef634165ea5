/** What is said about a command's end, from what was observed. Pure. */
import { constants } from 'node:os';
import type { Answer } from './bash.ts';
import type { EndReason, ShellExit, ShellResult } from './types.ts';

const timedOutExitCode = 124;
const killedExitCode = 128 + constants.signals.SIGKILL;

/** What a command left. */
export interface After {
  cwd: string | null;
  state: Uint8Array | null;
  stateProblem: string | null;
  jobs: number | null;
}

interface Observed {
  answer: Answer;
  /** Why it was ended, if it was. */
  reason: EndReason | null;
  /** After the command; null if the shell left none that can be trusted. */
  after: After | null;
  shellAlive: boolean;
}

/** The result of a command that ran. */
export function toResult({ answer, reason, after, shellAlive }: Observed): ShellResult {
  const left = { ...(after ?? { cwd: null, state: null, stateProblem: null, jobs: null }), shellAlive };
  if (reason) return { outcome: reason, ...endedBy(answer, reason), ...left };
  if (answer.kind === 'gone') return { outcome: 'shell_exited', ...exitOf(answer.exit), ...left };
  const exitCode = answer.kind === 'ended' ? answer.exitCode : null;
  return { outcome: shellAlive ? 'exited' : 'shell_exited', exitCode, signal: null, ...left };
}

function endedBy(answer: Answer, reason: EndReason): Pick<ShellResult, 'exitCode' | 'signal'> {
  const signal = answer.kind === 'ended' ? 'SIGINT' : 'SIGKILL';
  if (reason === 'timed_out') return { exitCode: timedOutExitCode, signal };
  return { exitCode: answer.kind === 'ended' ? answer.exitCode : killedExitCode, signal };
}

/** A signal as bash would have it in `$?`. */
function exitOf({ exitCode, signal }: ShellExit): Pick<ShellResult, 'exitCode' | 'signal'> {
  return { exitCode: signal ? 128 + constants.signals[signal] : exitCode, signal };
}
