/** What keeps a host's sessions apart, from the host and within limits: made once, entered by every shell. */
import type { Log, Sandbox as Told } from '../../sql/contract.ts';
import { type Accounts, ownAccount } from '../account.ts';
import type { HostConfig } from '../config.ts';
import type { Directories } from '../directories.ts';
import type { Home } from '../homes.ts';
import { type Cell, cellOf, type Place, type WarmCell } from './cell.ts';
import { findCgroups } from './cgroups.ts';
import { enterHeld, noTemplate, templateTold, unknownStrength } from './held.ts';
import { prepareLaunch } from './launch.ts';
import { moveInside } from './moving.ts';
import { chooseProfile, findPossible, type LocalProfile, type Possible, type Profile, stronger } from './profile.ts';

export type { Cell, WarmCell } from './cell.ts';
export type { LocalProfile, Profile } from './profile.ts';

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

/** Chooses the profile of each shell, and prepares the cell for it. */
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
      profile,
      network,
      limits_by,
      message: meanings[profile],
      ...missing,
    });
  }

  /** Prepares a place for a shell of this session. Throws where `asked`, of its key, is more than this machine can do. */
  async enter(directories: Directories, session: string, shell: string, asked: Profile | null): Promise<Cell> {
    const profile = this.#profileFor(asked ?? 'none');
    if (profile === 'template') return enterHeld(this.#config, directories, session, shell);
    const place = await this.#place(directories, shell, profile, await directories.homes.open(session, profile));
    return cellOf(place);
  }

  /** The profile of a session whose key asks for this, where a shell of it can be prepared; null where none can be, or nothing can be had. */
  warmProfile(asked: Profile | null): LocalProfile | null {
    try {
      const profile = this.#profileFor(asked ?? 'none');
      return profile === 'template' ? null : profile;
    } catch {
      return null;
    }
  }

  /** Prepares a place for a shell of a session that is not known yet. */
  async prepare(directories: Directories, shell: string, profile: LocalProfile): Promise<WarmCell> {
    const { homes } = directories;
    const home = await homes.openWarm(shell, profile);
    const place = await this.#place(directories, shell, profile, home).catch(async (error: Error) => {
      await homes.removeWarm(shell);
      throw error;
    });
    const cell = cellOf(place);
    return {
      ...cell,
      give: async (session, pid) => {
        const given = await homes.give(shell, session, home);
        if (profile === 'bubblewrap') await moveInside(pid, home.path, given.path);
        return cellOf({ ...place, home: given });
      },
      leave: async () => {
        await cell.leave();
        await homes.removeWarm(shell);
      },
    };
  }

  async #place(directories: Directories, shell: string, profile: LocalProfile, home: Home): Promise<Place> {
    const directory = await directories.forShell(shell);
    const { workDir, sandboxNetwork, sandboxShown, limits } = this.#config;
    const isStrict = this.#possible?.isStrict ?? false;
    const walls = { isStrict, network: sandboxNetwork, hidden: [workDir, ...this.#config.hidden], shown: sandboxShown };
    const rooms = { home: home.path, tmp: home.tmp, directory };
    const launching = prepareLaunch({
      shell,
      profile,
      walls,
      limits,
      rooms,
      cgroups: this.#cgroups,
      account: home.account,
    });
    const remove = () => directories.removeForShell(shell);
    const told = this.#toldOf(profile);
    return { profile, home, directory, launching, told, limits, path: this.#config.shellPath, remove };
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
