/** Opens one shell of a session: what is the same for all of them, and what must be undone where it cannot be opened. */
import type { AdoptedSession } from '../sql/host.ts';
import { heldEnvironment, shellEnvironment } from './environment.ts';
import type { Host } from './host.ts';
import { relocated, restorable } from './restored.ts';
import type { Cell } from './sandbox/index.ts';
import type { Secrets } from './secrets.ts';
import type { Shell, ShellOptions } from './shell/index.ts';
import { endWarm } from './warmShell.ts';

/** What differs from one shell of a session to the next. */
export type OwnOptions = Pick<ShellOptions, 'id' | 'exitCode' | 'terminal' | 'onLateOutput' | 'onExit'> & {
  state: Uint8Array | null;
  secrets: Secrets;
  /** Null: where the host starts shells, or the session's directory. */
  cwd: string | null;
};

/** One that has just been opened. */
export interface FreshShell {
  id: string;
  shell: Shell;
  cell: Cell;
  /** It was ready before it was asked for. */
  wasReady: boolean;
}

/** Opens it, and has the companion watch over it. Rejects with ShellOpenError, and leaves nothing behind then. */
export async function openSessionShell(
  host: Host,
  session: AdoptedSession,
  ownOf: (id: string) => OwnOptions,
): Promise<FreshShell> {
  return (await openWarm(host, session, ownOf)) ?? (await openCold(host, session, ownOf(host.nextShell())));
}

/** In one that is ready; null where there is none, or it could not be used. */
async function openWarm(
  host: Host,
  session: AdoptedSession,
  ownOf: (id: string) => OwnOptions,
): Promise<FreshShell | null> {
  const warm = host.warm.take(session);
  if (warm === null) return null;
  try {
    const cell = await warm.cell.give(session.session_id, warm.shell.pid);
    const shell = await warm.shell.begin(optionsOf(host, session, ownOf(warm.id), cell));
    return { id: warm.id, shell, cell, wasReady: true };
  } catch (error) {
    host.log('warn', 'warm_shell_not_used', { session_id: session.session_id, error: (error as Error).message });
    await endWarm(host, warm);
    return null;
  }
}

async function openCold(host: Host, session: AdoptedSession, own: OwnOptions): Promise<FreshShell> {
  const { companion, directories, sandbox } = host;
  const cell = await sandbox.enter(directories, session.session_id, own.id, session.sandbox);
  const { account } = cell;
  companion.opening(own.id, account.isOwn ? account.ids?.uid : undefined);
  try {
    const shell = await host.openShell(optionsOf(host, session, own, cell));
    companion.opened(own.id, shell.pid);
    return { id: own.id, shell, cell, wasReady: false };
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
    program: config.shellCommand,
    mergeOutput: session.merge_output,
    graceMs: config.graceMs,
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
