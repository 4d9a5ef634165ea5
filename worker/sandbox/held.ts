/**
 * Shells that the operator's own programs hold: a container runtime, `ssh`, `kubectl exec`, whatever can start a bash somewhere and hand
 * over its stdin and stdout (worker/shell/remote). Those programs run with the host's rights, and in an environment that is built: nothing
 * of what the host was started with, such as the database's address, is there for one to pass on.
 */
import type { SessionSandbox, Sandbox as Told } from '../../sql/contract.ts';
import { hostAccount } from '../account.ts';
import { type HostConfig, ownEnvironment } from '../config.ts';
import type { Directories } from '../directories.ts';
import type { Connect } from '../shell/index.ts';
import type { Cell } from './cell.ts';
import type { Profile } from './profile.ts';
import { fillTemplate, type Places, type Template } from './template.ts';

/** What programs of people expect. More is in the template, by `env NAME=value`. */
const inherited = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG'];
const limit = { value: null, by: 'template' } as const;
/** Whatever the programs set; none of them is known here. */
const limits: SessionSandbox['limits'] = {
  memory_bytes: limit,
  processes: limit,
  cpu_seconds: limit,
  file_bytes: limit,
  open_files: limit,
  disk_bytes: limit,
};

/** What the record is told of it. */
export const templateTold: Told = { profile: 'template', network: null };

/** Why a host that is to hold shells by a template does not start without one. */
export const noTemplate =
  'LIMPET_SANDBOX=template needs the programs that are to hold shells, in LIMPET_SHELL_TEMPLATE.';

/** Why a key that asks for more than nothing gets no shell. */
export function unknownStrength(asked: Profile): string {
  return (
    `The key asks for the profile ${asked} at least, and this host’s shells are held by a template (LIMPET_SHELL_TEMPLATE), of which it ` +
    'cannot tell whether it gives that. Use a pool of hosts that hold their shells themselves, or a key that asks for nothing or for template.'
  );
}

/** Prepares a place for a shell of this session. */
export async function enterHeld(
  { shellTemplate }: HostConfig,
  directories: Directories,
  session: string,
  shell: string,
): Promise<Cell> {
  if (!shellTemplate)
    throw new Error('This host has no LIMPET_SHELL_TEMPLATE, so it holds no shell that asks for one.');
  const { path: home } = await directories.homes.open(session, 'template');
  return {
    home,
    directory: await directories.forShell(shell),
    account: hostAccount(),
    told: { ...templateTold, limits },
    connect: connectBy(shellTemplate, { session, shell, home }),
    describeReached: () => null,
    watch: () => () => {},
    leave: () => directories.removeForShell(shell),
  };
}

function connectBy(template: Template, places: Places): Connect {
  const own = ownEnvironment();
  const entries = inherited.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]]));
  return { words: fillTemplate(template, places), environment: Object.fromEntries(entries) };
}
