/** Where one shell runs: what it is told of itself, what is looked after, and what goes with it. */
import type { SessionSandbox, Sandbox as Told } from '../../sql/contract.ts';
import type { ShellAccount } from '../account.ts';
import type { Home } from '../homes.ts';
import type { Connect, Launch } from '../shell/index.ts';
import { Disk } from './disk.ts';
import type { Launching } from './launch.ts';
import type { Limits } from './limits.ts';
import type { LocalProfile } from './profile.ts';
import { describeReached } from './reached.ts';

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
  /** A command runs: looks after the disk until the function that it returns is called. `exceeded`: it must end. `processes` gives the ids of the shell's. */
  watch(exceeded: () => void, processes: () => number[]): () => void;
  /** The shell is gone, and all that it started. */
  leave(): Promise<void>;
}

/** One that is prepared before its session is known. */
export interface WarmCell extends Cell {
  /** It is this session's from now on; `pid` is the process that waits in it. Rejects where that cannot be: `leave` is called then, all the same. */
  give(session: string, pid: number): Promise<Cell>;
}

/** What a cell is made of. */
export interface Place {
  profile: LocalProfile;
  home: Home;
  directory: string;
  launching: Launching;
  told: Told;
  /** Of one session. */
  limits: Limits;
  /** Where programs are looked for. */
  path: string;
  remove(): Promise<void>;
}

/** What a shell in this place is told, watched and cleared by. */
export function cellOf({ profile, home, directory, launching, told, limits, path, remove }: Place): Cell {
  const disk = new Disk({
    directories: profile === 'bubblewrap' ? [home.path, home.tmp] : [home.path],
    limitBytes: limits.diskBytes,
    path,
  });
  let isDiskFull = false;
  return {
    home: home.path,
    directory,
    account: home.account,
    launch: launching.launch,
    told: { ...told, limits: launching.held },
    describeReached: (exitCode) => {
      const seen: (keyof Limits)[] = [
        ...(launching.cgroup?.reached() ?? []),
        ...(isDiskFull ? ['diskBytes' as const] : []),
      ];
      isDiskFull = false;
      return describeReached(seen, exitCode, limits);
    },
    watch: (exceeded, processes) =>
      disk.watch(() => {
        isDiskFull = true;
        exceeded();
      }, processes),
    leave: async () => {
      launching.cgroup?.remove();
      await remove();
    },
  };
}
