/** What is said about a command's end, from what was observed. Pure. */
import { constants } from 'node:os';
import type { Answer } from './bash.ts';
import type { EndReason, ShellExit, ShellResult } from './types.ts';

const timedOutExitCode = 124;
const killedExitCode = 128 + constants.signals.SIGKILL;

const lostShell =
  'Its shell could not be brought back to its prompt and was ended with it, and so were the background jobs of earlier commands; what was ' +
  'exported, set or opened by this command, and files opened by earlier ones, are gone, too. The next command runs in a fresh shell, with ' +
  'the state after the last command that ended normally: start the jobs again, and set or open again what is needed.';

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
  if (reason) {
    const stateProblem = shellAlive ? left.stateProblem : lostShell;
    return { outcome: reason, ...endedBy(answer, reason), ...left, stateProblem };
  }
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
