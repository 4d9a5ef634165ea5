/** What keeps a host's sessions apart, from the host and within limits: made once, entered by every shell. */
import type { Log, SessionSandbox, Sandbox as Told } from '../../sql/contract.ts';
import { type Accounts, ownAccount, type ShellAccount } from '../account.ts';
import type { HostConfig } from '../config.ts';
import type { Directories } from '../directories.ts';
import type { Connect, Launch } from '../shell/index.ts';
import { findCgroups } from './cgroups.ts';
import { Disk } from './disk.ts';
import { enterHeld, noTemplate, templateTold, unknownStrength } from './held.ts';
import { prepareLaunch } from './launch.ts';
import type { Limits } from './limits.ts';
import { chooseProfile, findPossible, type Possible, type Profile, stronger } from './profile.ts';
import { describeReached } from './reached.ts';

export type { Profile } from './profile.ts';

/** Where one shell runs, and as what. */
export interface Cell {
  home: string;
  directory: string;
  account: ShellAccount;
  told: SessionSandbox;
  /** How it is started here … */
  launch?: Launch;
  /** … or held elsewhere. */
  connect?: Connect;
  /** Which limits were reached since this was last asked, as far as that is known of a command that ended so; null where none was. */
  describeReached(exitCode: number | null): string | null;
  /** A command runs: looks after the disk until the function that it returns is called. `exceeded`: it must end. */
  watch(exceeded: () => void): () => void;
  /** The shell is gone, and all that it started. */
  leave(): Promise<void>;
}

const meanings: Record<Profile, string> = {
  none:
    'Every command runs with the rights of this process: it can read and change what this process can, limpet’s database among them, and ' +
    'end its processes. Install bubblewrap, or start limpet as root or in a container, to keep commands apart.',
  account:
    'Every session has an account without rights, and reaches what every account of this machine and its network may.',
  template:
    'Every session’s shell is held by the programs of LIMPET_SHELL_TEMPLATE, and what a command can do is theirs to say.',
  bubblewrap: 'Every session is behind walls: a home, a /tmp and processes of its own, and a file system to read.',
};

export class Sandbox {
  /** Of sessions whose key asks for no stronger one. */
  readonly profile: Profile;
  readonly #config: HostConfig;
  readonly #accounts: Accounts;
  readonly #cgroups: string | null;
  #possible: Possible | undefined;

  /** Throws where the profile that was asked for does not work. */
  constructor(config: HostConfig, accounts: Accounts) {
    this.#config = config;
    this.#accounts = accounts;
    this.#cgroups = findCgroups();
    const asked = config.sandbox === 'auto' && config.shellTemplate ? 'template' : config.sandbox;
    const isKnown = asked === 'none' || asked === 'template' || (asked === 'account' && process.getuid?.() === 0);
    this.profile = isKnown ? asked : chooseProfile(asked, this.#findPossible());
    if (asked === 'template' && !config.shellTemplate) throw new Error(noTemplate);
  }

  /** What the record is told of it. */
  get told(): Told {
    return this.#toldOf(this.profile);
  }

  /** Says at the start what a command can do. */
  tell(log: Log): void {
    const { profile } = this;
    const { network } = this.told;
    const limits_by = profile === 'template' ? profile : this.#cgroups ? 'cgroup' : 'prlimit';
    const missing = this.#possible?.problem && { bubblewrap: this.#possible.problem };
    log(profile === 'none' ? 'warn' : 'info', 'sandbox', {
      ...{ profile, network, limits_by, message: meanings[profile], ...missing },
    });
  }

  /** Prepares a place for a shell of this session. Throws where `asked`, of its key, is more than this machine can do. */
  async enter(directories: Directories, session: string, shell: string, asked: Profile | null): Promise<Cell> {
    const profile = this.#profileFor(asked ?? 'none');
    if (profile === 'template') return enterHeld(this.#config, directories, session, shell);
    const { path: home, tmp, account } = await directories.homes.open(session, profile);
    const directory = await directories.forShell(shell);
    const { workDir, sandboxNetwork, sandboxShown, limits } = this.#config;
    const isStrict = this.#possible?.isStrict ?? false;
    const walls = { isStrict, network: sandboxNetwork, hidden: [workDir, ...this.#config.hidden], shown: sandboxShown };
    const rooms = { home, tmp, directory };
    const cgroups = this.#cgroups;
    const prepared = prepareLaunch({ shell, profile, walls, limits, cgroups, account, rooms });
    const disk = new Disk({
      directories: profile === 'bubblewrap' ? [home, tmp] : [home],
      limitBytes: limits.diskBytes,
      account: account.ids,
      path: this.#config.shellPath,
    });
    let isDiskFull = false;
    return {
      ...{ home, directory, account, launch: prepared.launch },
      told: { ...this.#toldOf(profile), limits: prepared.held },
      describeReached: (exitCode) => {
        const seen: (keyof Limits)[] = [
          ...(prepared.cgroup?.reached() ?? []),
          ...(isDiskFull ? ['diskBytes' as const] : []),
        ];
        isDiskFull = false;
        return describeReached(seen, exitCode, limits);
      },
      watch: (exceeded) =>
        disk.watch(() => {
          isDiskFull = true;
          exceeded();
        }),
      leave: async () => {
        prepared.cgroup?.remove();
        await directories.removeForShell(shell);
      },
    };
  }

  #profileFor(asked: Profile): Profile {
    const { profile: own } = this;
    if (asked === 'template' || (own === 'template' && asked === 'none')) return 'template';
    if (own === 'template') throw new Error(unknownStrength(asked));
    const profile = stronger(own, asked);
    return profile === own ? own : chooseProfile(profile, this.#findPossible());
  }

  #toldOf(profile: Profile): Told {
    if (profile === 'template') return templateTold;
    return { profile, network: profile !== 'bubblewrap' || this.#config.sandboxNetwork };
  }

  #findPossible(): Possible {
    const accounts = this.#accounts;
    const account = 'shared' in accounts ? accounts.shared : ownAccount(accounts.range.first);
    this.#possible ??= findPossible(account, this.#config.shellPath);
    return this.#possible;
  }
}
