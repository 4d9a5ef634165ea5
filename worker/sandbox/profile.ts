/**
 * The profile that shells run in: the strongest that works on this machine, or the one that was asked for, which must work.
 *
 * none: as the host's own account. account: as another one, which the host must be root for. bubblewrap: behind walls besides.
 * template: by programs of the operator's, elsewhere (template.ts), which is never a matter of what works here.
 */
import { spawnSync } from 'node:child_process';
import type { SandboxProfile } from '../../sql/contract.ts';
import type { ShellAccount } from '../account.ts';
import { bubblewrapWords } from './bubblewrap.ts';

/** What this machine has, from the weakest to the strongest. */
export const profiles = ['none', 'account', 'bubblewrap'] as const;
export type LocalProfile = (typeof profiles)[number];
/** A template is neither weaker nor stronger: what it gives is not known here. */
export type Profile = SandboxProfile;

/** What works here, and why not where it does not. */
export interface Possible {
  works: ReadonlySet<LocalProfile>;
  /** Why bubblewrap does not work; undefined where it does. */
  problem?: string;
  /** Whether bubblewrap can keep those behind its walls from making namespaces of their own. */
  isStrict?: boolean;
}

/** It takes some milliseconds. */
const tryMs = 10_000;

/** Tries what there is, by starting it as `account`; `path` is where shells look for programs. */
export function findPossible(account: ShellAccount, path: string): Possible {
  const works = new Set<LocalProfile>(process.getuid?.() === 0 ? ['none', 'account'] : ['none']);
  const isStrict = tryBubblewrap(account, path, true) === undefined;
  const problem = isStrict ? undefined : tryBubblewrap(account, path, false);
  if (problem === undefined) works.add('bubblewrap');
  return problem === undefined ? { works, isStrict } : { works, problem };
}

/** The profile for this host's sessions. Throws where the one that was asked for does not work. */
export function chooseProfile(asked: LocalProfile | 'auto', { works, problem }: Possible): LocalProfile {
  if (asked === 'auto') return profiles.findLast((profile) => works.has(profile)) ?? 'none';
  if (works.has(asked)) return asked;
  const why = asked === 'bubblewrap' ? problem : 'only root can give shells another account';
  throw new Error(`LIMPET_SANDBOX=${asked} does not work on this machine: ${why}. Choose another profile.`);
}

/** The stronger of two. */
export function stronger(one: LocalProfile, other: LocalProfile): LocalProfile {
  return profiles.indexOf(one) < profiles.indexOf(other) ? other : one;
}

/** Programs that run as their owner, root, do not from here on. */
export const unprivileged = ['setpriv', '--no-new-privs'];

/** Why it does not work; undefined where it does. */
function tryBubblewrap({ ids }: ShellAccount, path: string, isStrict: boolean): string | undefined {
  const rooms = { home: '/usr', tmp: '/usr', directory: '/usr', terminal: undefined };
  const words = bubblewrapWords({ isStrict, network: false, hidden: [], shown: [] }, rooms);
  const [program = '', ...rest] = [...unprivileged, ...words, 'setsid', 'true'];
  const options = { ...ids, cwd: '/', env: { PATH: path }, encoding: 'utf8', timeout: tryMs } as const;
  const tried = spawnSync(program, rest, options);
  if (tried.error) return tried.error.message;
  return tried.status === 0 ? undefined : tried.stderr.trim().split('\n').at(-1) || `it ended with ${tried.status}`;
}
