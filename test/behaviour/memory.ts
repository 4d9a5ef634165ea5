/** What a host holds in memory while commands print more than that. */
import { readFileSync, writeFileSync } from 'node:fs';

/** What a host may need more while a command prints 100 MB, or without end. */
export const grownMax = 64 * 1024 * 1024;

/** From now on: the host's memory, and by how much it has grown at most. */
export function watchMemory(hostPid: number): { grown(): number } {
  const status = () => readFileSync(`/proc/${hostPid}/status`, 'utf8');
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status())?.[1]) * 1024;
  // 5: the peak is counted anew (proc(5)).
  writeFileSync(`/proc/${hostPid}/clear_refs`, '5');
  const before = bytes('VmRSS');
  return { grown: () => bytes('VmHWM') - before };
}
