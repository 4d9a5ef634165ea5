/** Opens one shell of a session: what is the same for all of them, and what must be undone where it cannot be opened. */
import type { AdoptedSession } from '../sql/host.ts';
import { heldEnvironment, shellEnvironment } from './environment.ts';
import type { Host } from './host.ts';
import { relocated, restorable } from './restored.ts';
import type { Cell } from './sandbox/index.ts';
import type { Secrets } from './secrets.ts';
import type { Shell, ShellOptions } from './shell/index.ts';

/** What differs from one shell of a session to the next. */
export type OwnOptions = Pick<ShellOptions, 'id' | 'exitCode' | 'terminal' | 'onLateOutput' | 'onExit'> & {
  state: Uint8Array | null;
  secrets: Secrets;
  /** Null: where the host starts shells, or the session's directory. */
  cwd: string | null;
};

/** Opens it, and has the companion watch over it. Rejects with ShellOpenError, and leaves nothing behind then. */
export async function openSessionShell(
  host: Host,
  session: AdoptedSession,
  own: OwnOptions,
): Promise<{ shell: Shell; cell: Cell }> {
  const { companion, config, directories, sandbox } = host;
  const cell = await sandbox.enter(directories, session.session_id, own.id, session.sandbox);
  const { account } = cell;
  companion.opening(own.id, account.isOwn ? account.ids?.uid : undefined);
  try {
    const shell = await host.openShell({
      ...optionsOf(host, session, own, cell),
      program: config.shellCommand,
      mergeOutput: session.merge_output,
      graceMs: config.graceMs,
    });
    companion.opened(own.id, shell.pid);
    return { shell, cell };
  } catch (error) {
    companion.closed(own.id);
    await cell.leave();
    throw error;
  }
}

function optionsOf({ config }: Host, session: AdoptedSession, own: OwnOptions, cell: Cell): ShellOptions {
  const { state, cwd, secrets, ...rest } = own;
  const { account, connect, directory, home, launch } = cell;
  const told = { id: session.session_id, tty: session.tty };
  return {
    ...rest,
    directory,
    ...(launch && { launch }),
    ...(connect && { connect }),
    // Where a session's directory is to be found elsewhere, if it is, only the template knows.
    cwd: relocated(cwd ?? config.workingDirectory ?? (connect ? '' : home), home),
    environment: connect ? heldEnvironment(told) : shellEnvironment(config, told, account, home),
    // What a caller sets is bash's to take over: programs before it, which may have rights, must not obey it.
    exports: { ...session.env, ...Object.fromEntries(secrets) },
    ...(account.ids && { account: { ...account.ids, isOwn: account.isOwn } }),
    ...(state && { restore: restorable(state, home) }),
  };
}
