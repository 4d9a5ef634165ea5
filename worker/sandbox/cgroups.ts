/**
 * Control groups (version 2), where this host may make them: they bound what all processes of a session take together, and tell when
 * it was too much. The host's own processes go to a group beside the sessions', since the kernel wants none where groups divide.
 */
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Limits } from './limits.ts';

const controllers = ['memory', 'pids'];

export interface Cgroup {
  /** Takes a process in, and all that it will start. */
  add(pid: number): void;
  /** The limits that were reached since this was last asked. */
  reached(): ('memoryBytes' | 'processes')[];
  /** Nothing runs in it any more. */
  remove(): void;
}

/** Where sessions' groups are made; null where that cannot be. `own`: the group of this process. */
export function findCgroups(own = ownGroup()): string | null {
  try {
    if (own === null || !controllers.every((name) => words(own, 'cgroup.controllers').includes(name))) return null;
    const ours = join(own, 'limpet-host');
    mkdirSync(ours, { recursive: true });
    for (const pid of words(own, 'cgroup.procs')) writeFileSync(join(ours, 'cgroup.procs'), pid);
    const all = join(own, 'limpet-shells');
    mkdirSync(all, { recursive: true });
    for (const group of [own, all]) {
      writeFileSync(join(group, 'cgroup.subtree_control'), controllers.map((name) => `+${name}`).join(' '));
    }
    return all;
  } catch {
    // Not ours to change: then the limits of processes hold.
    return null;
  }
}

/** Makes the group of one shell. */
export function makeCgroup(all: string, shell: string, limits: Limits): Cgroup {
  const path = join(all, shell);
  mkdirSync(path);
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
    remove: () => rmdirSync(path),
  };
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
