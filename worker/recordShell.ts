/** What the record is told of a session's shells. */
import type { Owned } from '../sql/host.ts';
import { isFenced, untilAnswered } from './database.ts';
import type { Host } from './host.ts';
import type { FreshShell } from './openSessionShell.ts';

/** A shell was opened: nothing runs in it before the record knows of it. */
export async function recordShell(
  host: Host,
  owned: Owned,
  generation: number,
  { shell, cell, wasReady }: FreshShell,
): Promise<void> {
  const { pid, problems, cwd } = shell;
  const told = { session_id: owned.session, generation, pid, problems: problems.length, was_ready: wasReady };
  host.log('info', 'shell_opened', told);
  await untilAnswered(() => host.calls.recordShell(owned, generation, problems, cwd, cell.told), host.log, host.ending);
}

/** No shell could be started: the record says so, for whoever asks before another attempt succeeds. Rejects with the same error. */
export async function recordShellProblem(host: Host, owned: Owned, error: Error): Promise<never> {
  if (isFenced(error)) throw error;
  await untilAnswered(() => host.calls.recordShellProblem(owned, error.message), host.log, host.ending);
  throw error;
}
