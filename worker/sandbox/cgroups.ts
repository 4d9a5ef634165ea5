/**
 * Control groups (version 2), where this host may make them: they bound what all processes of a session take together, and tell when
 * it was too much.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Limits } from './limits.ts';

const controllers = ['memory', 'pids'];

/** The control group of one shell. */
export interface Cgroup {
  /** Takes a process in, and all that it will start. */
  add(pid: number): void;
  /** The limits that were reached since this was last asked. */
  reached(): ('memoryBytes' | 'processes')[];
  /** Nothing runs in it any more. */
  remove(): void;
}

/**
 * Where sessions' groups are made: beside the group of this process (`own`), or in it where it is the root of all; null where that cannot be.
 * Nobody's processes are moved for it, so only a group that has none, as the kernel wants where groups divide, will do.
 */
export function findCgroups(own = ownGroup()): string | null {
  try {
    if (own === null) return null;
    // Only the root has none.
    const isRoot = !existsSync(join(own, 'cgroup.type'));
    const among = isRoot ? own : dirname(own);
    if (!controllers.every((name) => words(among, 'cgroup.controllers').includes(name))) return null;
    if (!isRoot && words(among, 'cgroup.procs').length > 0) return null;
    const all = join(among, 'limpet-shells');
    mkdirSync(all, { recursive: true });
    for (const group of [among, all]) {
      writeFileSync(join(group, 'cgroup.subtree_control'), controllers.map((name) => `+${name}`).join(' '));
    }
    // What a host that died has left; another's have somebody in them.
    const left = readdirSync(all, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of left) removeEmpty(join(all, name));
    return all;
  } catch {
    // Not ours to divide: then the limits of processes hold.
    return null;
  }
}

/** Makes the group of one shell. */
export function makeCgroup(all: string, shell: string, limits: Limits): Cgroup {
  const path = join(all, shell);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'memory.max'), String(limits.memoryBytes));
  writeFileSync(join(path, 'pids.max'), String(limits.processes));
  const counts = () => ({ memoryBytes: count(path, 'memory', 'oom_kill'), processes: count(path, 'pids', 'max') });
  let before = counts();
  return {
    add: (pid) => writeFileSync(join(path, 'cgroup.procs'), String(pid)),
    reached: () => {
      const [was, now] = [before, counts()];
      before = now;
      return (['memoryBytes', 'processes'] as const).filter((name) => now[name] > was[name]);
    },
    remove: () => removeEmpty(path),
  };
}

/** One that is not empty stays, for the next host to remove. */
function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!['EBUSY', 'ENOENT', 'ENOTEMPTY'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}

function ownGroup(): string | null {
  const path = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'latin1'))?.[1];
  const mount = readFileSync('/proc/self/mountinfo', 'latin1').match(/^(?:\S+ ){4}(\S+) .* - cgroup2 /m)?.[1];
  return path === undefined || mount === undefined ? null : join(mount, path);
}

function words(group: string, file: string): string[] {
  return readFileSync(join(group, file), 'latin1').split(/\s+/).filter(Boolean);
}

function count(group: string, controller: string, event: string): number {
  const text = readFileSync(join(group, `${controller}.events`), 'latin1');
  return Number(new RegExp(`^${event} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}
