/** How one shell is started: the programs in front of bash, and what holds its limits. */
import { readFileSync } from 'node:fs';
import type { SessionSandbox } from '../../sql/contract.ts';
import type { ShellAccount } from '../account.ts';
import type { Launch } from '../shell/index.ts';
import { bubblewrapWords, type Rooms, terminalPath, type Walls } from './bubblewrap.ts';
import { type Cgroup, makeCgroup } from './cgroups.ts';
import { heldLimits, type Limits, limitWords } from './limits.ts';
import { type LocalProfile, unprivileged } from './profile.ts';

const limitScript = read('limit');
const gateScript = read('gate');

interface LaunchOptions {
  shell: string;
  profile: LocalProfile;
  walls: Walls;
  limits: Limits;
  /** Where control groups of sessions are made. */
  cgroups: string | null;
  account: ShellAccount;
  rooms: Omit<Rooms, 'terminal'>;
}

/** How a shell is to be started, and the limits that hold for it then. */
export interface Launching {
  launch: Launch;
  held: SessionSandbox['limits'];
  cgroup: Cgroup | null;
}

/** Prepares the start of a shell. The group that it makes is the caller's to remove. */
export function prepareLaunch(options: LaunchOptions): Launching {
  const { shell, profile, limits, account, cgroups } = options;
  const isWalled = profile === 'bubblewrap';
  const cgroup = cgroups === null ? null : makeCgroup(cgroups, shell, limits);
  // The kernel counts processes by account, and apart in each namespace of accounts.
  const holders = { hasCgroup: cgroup !== null, isCounted: account.isOwn || isWalled };
  const launch: Launch = {
    words: (terminal) => [
      ...(cgroup ? ['bash', '-c', gateScript, 'limpet-gate'] : []),
      ...(account.isOwn || isWalled ? unprivileged : []),
      ...(isWalled ? bubblewrapWords(options.walls, { ...options.rooms, terminal }) : []),
      ...(isWalled ? ['setsid'] : []),
      ...['bash', '-c', limitScript, 'limpet-limit', ...limitWords(limits, holders), '--'],
    ],
    ...(isWalled && { isNested: true, terminalPath }),
    ...(cgroup && { onSpawn: async (pid) => cgroup.add(pid) }),
  };
  return { launch, held: heldLimits(limits, holders), cgroup };
}

function read(name: string): string {
  return readFileSync(new URL(`${name}.bash`, import.meta.url), 'utf8');
}
