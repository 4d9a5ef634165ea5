/** What the processes of a limpet have used, by /proc: processor time and memory, by what they are. */
import { readdirSync, readFileSync } from 'node:fs';

/** The kernel's clock ticks a second, the same on every Linux that Node runs on (`getconf CLK_TCK`). */
const ticksPerSecond = 100;
const kib = 1024;

export type Part = 'postgres' | 'companion' | 'host' | 'edge' | 'shells';

/** A process and all that descend from it. */
export function family(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = Number(stat(Number(name))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const collect = (one: number): number[] => [one, ...(children.get(one) ?? []).flatMap(collect)];
  return collect(pid);
}

/** Processor time of each part in ms, with that of children that have ended. */
export function cpuMs(root: number): Record<Part, number> {
  return sum(root, (pid) => {
    const fields = stat(pid) ?? [];
    return ([11, 12, 13, 14].reduce((total, at) => total + Number(fields[at] ?? 0), 0) * 1000) / ticksPerSecond;
  });
}

/** Memory of each part in bytes: its proportional share of what is shared (PSS). */
export function memoryBytes(root: number): Record<Part, number> {
  return sum(root, (pid) => {
    const found = /^Pss:\s+(\d+) kB/m.exec(read(pid, 'smaps_rollup'));
    return Number(found?.[1] ?? 0) * kib;
  });
}

/** The process of a part, the first that is found. */
export function processOf(root: number, part: Part): number | undefined {
  return family(root).find((pid) => partOf(pid) === part);
}

export function total(parts: Record<Part, number>): number {
  return Object.values(parts).reduce((all, one) => all + one, 0);
}

function sum(root: number, of: (pid: number) => number): Record<Part, number> {
  const parts: Record<Part, number> = { postgres: 0, companion: 0, host: 0, edge: 0, shells: 0 };
  for (const pid of family(root)) parts[partOf(pid)] += of(pid);
  return parts;
}

function partOf(pid: number): Part {
  const line = read(pid, 'cmdline').replaceAll('\0', ' ');
  if (/postgres/.test(line)) return 'postgres';
  if (/companionProcess/.test(line)) return 'companion';
  if (/ host /.test(line)) return 'host';
  return /cli\/index\.ts/.test(line) ? 'edge' : 'shells';
}

/** The fields of /proc/PID/stat from the state on. */
function stat(pid: number): string[] | undefined {
  return read(pid, 'stat').split(') ').at(-1)?.split(' ');
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
