/** A bash that was not started by this process itself, but by a program in front of it, perhaps with a numbering of processes of its own. */
import { Moment } from './moment.ts';
import { readInnerPid, readNumbering, readProcesses } from './processes.ts';
import { addDescendants } from './tree.ts';

/** The bash that was started below this process: the first there that leads a session. Throws where there is none. */
export function shellUnder(launcherPid: number): number {
  const moment = new Moment();
  const launcher = moment.get(launcherPid);
  const below = launcher ? addDescendants(new Map([[launcherPid, launcher]]), moment) : [];
  const bash = below.find(({ pid, session }) => pid === session && pid !== launcherPid);
  if (!bash) throw new Error('bash was not found below what was started in front of it.');
  return bash.pid;
}

/**
 * Processes as the host numbers them, of numbers as a shell's own processes see them: where those have a numbering of their own, of
 * which bash's process tells.
 */
export function numberedByHost(pids: number[], shellPid: number): number[] {
  if (pids.length === 0 || readInnerPid(shellPid) === shellPid) return pids;
  const numbering = readNumbering(shellPid);
  const wanted = new Set(pids);
  const found = [...readProcesses().keys()].filter((pid) => wanted.has(readInnerPid(pid)));
  return found.filter((pid) => readNumbering(pid) === numbering);
}
