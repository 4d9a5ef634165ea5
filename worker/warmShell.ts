/** One shell that is ready before its session is known: how it is started, and ended where nobody needs it. */
import { commonEnvironment } from './environment.ts';
import type { Host } from './host.ts';
import type { LocalProfile, WarmCell } from './sandbox/index.ts';
import type { PreparedShell, prepareShell } from './shell/index.ts';

/** A terminal is made with the usual size, and gets its session's. */
const terminal = { cols: 120, rows: 40 };

/** What sessions differ in, of that which must be known beforehand. */
export interface Kind {
  profile: LocalProfile;
  tty: boolean;
}

/** One that is ready. */
export interface WarmShell extends Kind {
  id: string;
  shell: PreparedShell;
  cell: WarmCell;
}

/** What of its host it is made by. */
export type WarmHost = Pick<Host, 'config' | 'log' | 'sandbox' | 'directories' | 'companion' | 'nextShell'>;

/** Of the same kind? */
export function isSame(one: Kind, other: Kind): boolean {
  return one.profile === other.profile && one.tty === other.tty;
}

/** Starts one. Rejects where it does not get as far as bash, and leaves nothing behind then. */
export async function startWarm(
  host: WarmHost,
  { profile, tty }: Kind,
  prepare: typeof prepareShell,
): Promise<WarmShell> {
  const { config, companion, directories, nextShell, sandbox } = host;
  const id = nextShell();
  const cell = await sandbox.prepare(directories, id, profile);
  const { account, directory, launch } = cell;
  companion.opening(id, account.isOwn ? account.ids?.uid : undefined);
  try {
    const shell = await prepare({
      id,
      directory,
      program: config.shellCommand,
      environment: commonEnvironment(config, tty, account),
      ...(launch && { launch }),
      ...(account.ids && { account: { ...account.ids, isOwn: account.isOwn } }),
      ...(tty && { terminal }),
    });
    companion.opened(id, shell.pid);
    return { id, profile, tty, shell, cell };
  } catch (error) {
    companion.closed(id);
    await cell.leave();
    throw error;
  }
}

/** Ends one that was taken and cannot be used, or is not needed. */
export async function endWarm({ companion }: WarmHost, { id, shell, cell }: WarmShell): Promise<void> {
  await shell.close();
  companion.closed(id);
  await cell.leave();
}
