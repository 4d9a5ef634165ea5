/** Looking at processes, on Linux by /proc: who descends from whom, what they show to their user, whether they live. */
import { readdirSync, readFileSync } from 'node:fs';

/** A process and all that it started, at any depth, those with a process group of their own too. */
export function familyOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = statOf(Number(name))?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const collect = (one: number): number[] => [one, ...(children.get(one) ?? []).flatMap(collect)];
  return collect(pid);
}

/** Those that are still there; a process that has ended and waits for its parent to notice is not. */
export function alive(pids: number[]): number[] {
  return pids.filter((pid) => !['Z', 'X', undefined].includes(statOf(pid)?.state));
}

/** What /proc tells the same user of a process: its arguments and its first environment. */
export function shownBy(pid: number): string {
  return ['cmdline', 'environ'].map((name) => readProc(pid, name)).join('\n');
}

function statOf(pid: number): { state: string; parent: number } | undefined {
  // The name in parentheses may hold anything, spaces and parentheses too.
  const [state, parent] = readProc(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
  return state && parent ? { state, parent: Number(parent) } : undefined;
}

/** Empty when the process has ended meanwhile. */
function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
