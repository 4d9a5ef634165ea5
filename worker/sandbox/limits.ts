/**
 * What a session may use of the machine. The kernel holds it: for the whole session where there are control groups, else for each of
 * its processes, or for its account. By what a limit is held is told with the session, since that says how far it holds.
 */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { z } from 'zod';
import type { SessionSandbox } from '../../sql/contract.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;
const Count = z.coerce.number().int().positive();

/** A session's limits. Sizes in bytes. */
export const LimitsConfig = z.object({
  /** Half of the machine: a session that takes too much must leave room for the host, Postgres and its neighbours. */
  memoryBytes: Count.min(16 * MiB).default(() => Math.floor(totalmem() / 2)),
  /** Threads are counted too, of which each process of a compiler or a browser has a dozen. */
  processes: Count.min(8).default(1024),
  /** Of one process: a whole processor for as long as a command may take. */
  cpuSeconds: Count.default(24 * 60 * 60),
  /** One file may be as great as the whole workspace. */
  fileBytes: Count.min(MiB).default(16 * GiB),
  /** Four times what programs are used to. */
  openFiles: Count.min(64).default(4096),
  /** What its own directory may hold. */
  diskBytes: Count.min(MiB).default(16 * GiB),
});
export type Limits = Readonly<z.infer<typeof LimitsConfig>>;

/** The setting of each, as users know it. */
export const limitSettings: Record<keyof Limits, string> = {
  memoryBytes: 'LIMPET_LIMIT_MEMORY',
  processes: 'LIMPET_LIMIT_PROCESSES',
  cpuSeconds: 'LIMPET_LIMIT_CPU_SECONDS',
  fileBytes: 'LIMPET_LIMIT_FILE',
  openFiles: 'LIMPET_LIMIT_OPEN_FILES',
  diskBytes: 'LIMPET_LIMIT_DISK',
};

/** The part of a host's settings that its environment gives. */
export function limitSettingsOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const given = Object.entries(limitSettings).map(([limit, name]) => [limit, environment[name]] as const);
  return Object.fromEntries(given.filter((entry): entry is [keyof Limits, string] => Boolean(entry[1])));
}

/** What can hold limits of a session. */
interface Holders {
  /** It has a control group. */
  hasCgroup: boolean;
  /** No other session's processes are counted with its own. */
  isCounted: boolean;
}

/** Each limit, and what holds it: nothing where that is null. */
export function heldLimits(limits: Limits, { hasCgroup, isCounted }: Holders): SessionSandbox['limits'] {
  return {
    memory_bytes: { value: limits.memoryBytes, by: hasCgroup ? 'cgroup' : 'prlimit' },
    processes: { value: limits.processes, by: hasCgroup ? 'cgroup' : isCounted ? 'prlimit' : null },
    cpu_seconds: { value: limits.cpuSeconds, by: 'prlimit' },
    file_bytes: { value: limits.fileBytes, by: 'prlimit' },
    open_files: { value: limits.openFiles, by: 'prlimit' },
    disk_bytes: { value: limits.diskBytes, by: 'watch' },
  };
}

/** What a process may do about having reached its limit of CPU time. */
const cpuGraceSeconds = 5;

/** The words for limit.bash. A limit that this host has itself, and that is lower, stays. */
export function limitWords(limits: Limits, { hasCgroup, isCounted }: Holders): string[] {
  const own = readFileSync('/proc/self/limits', 'latin1');
  const atMost = (name: string, value: number) => {
    const hard = Number(new RegExp(`^${name} +\\S+ +(\\d+)`, 'm').exec(own)?.[1] ?? value);
    return Math.min(hard, value);
  };
  const words: [flag: string, value: number][] = [
    ['-n', atMost('Max open files', limits.openFiles)],
    ['-f', Math.floor(atMost('Max file size', limits.fileBytes) / KiB)],
    // A signal that tells of this limit, and soon after one that cannot be ignored.
    ['-St', atMost('Max cpu time', limits.cpuSeconds)],
    ['-Ht', atMost('Max cpu time', limits.cpuSeconds + cpuGraceSeconds)],
    // What is written to, not what is reserved, as programs do with great parts of their address space.
    ...(hasCgroup ? [] : [['-d', Math.floor(atMost('Max data size', limits.memoryBytes) / KiB)] as [string, number]]),
    ...(isCounted ? [['-u', atMost('Max processes', limits.processes)] as [string, number]] : []),
  ];
  return words.flatMap(([flag, value]) => [flag, String(value)]);
}
