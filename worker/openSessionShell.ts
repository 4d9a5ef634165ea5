/** Opens one shell of a session: what is the same for all of them, and what must be undone where it cannot be opened. */
import type { AdoptedSession } from '../sql/host.ts';
import { shellEnvironment } from './environment.ts';
import type { Host } from './host.ts';
import { relocated, restorable } from './restored.ts';
import type { Shell, ShellOptions } from './shell/index.ts';

/** What differs from one shell of a session to the next. */
export type OwnOptions = Pick<ShellOptions, 'id' | 'exitCode' | 'terminal' | 'onLateOutput' | 'onExit'> & {
  state: Uint8Array | null;
  /** Null: where the host starts shells, or the session's directory. */
  cwd: string | null;
};

/** Opens it, and has the companion watch over it. Rejects with ShellOpenError, and leaves nothing behind then. */
export async function openSessionShell(host: Host, session: AdoptedSession, own: OwnOptions): Promise<Shell> {
  const { account, companion, config, directories } = host;
  const { session_id, tty, env, merge_output } = session;
  const { id, state, ...rest } = own;
  const home = await directories.home(session_id);
  const cwd = relocated(own.cwd ?? config.workingDirectory ?? home, home);
  const directory = await directories.forShell(id);
  companion.opening(id);
  try {
    const shell = await host.openShell({
      ...rest,
      id,
      directory,
      cwd,
      program: config.shellCommand,
      environment: shellEnvironment(config, { id: session_id, tty, env }, account, home),
      ...(account.ids && { account: account.ids }),
      ...(state && { restore: restorable(state, home) }),
      mergeOutput: merge_output,
      graceMs: config.graceMs,
    });
    companion.opened(id, shell.pid);
    return shell;
  } catch (error) {
    companion.closed(id);
    await directories.removeForShell(id);
    throw error;
  }
}
