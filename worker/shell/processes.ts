/** What /proc knows about processes. Synchronous: a walk must be as close to one moment as can be. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What /proc tells of a process. */
export interface Process {
  pid: number;
  parent: number;
  group: number;
  session: number;
  /** The foreground process group of its terminal; -1 without one. */
  terminalGroup: number;
  /** As in proc(5): R, S, D, T, Z, … */
  state: string;
  /** Clock ticks after boot. */
  startTick: number;
  /** As from waitpid(2), of a zombie; 0 where the kernel does not tell. */
  waitStatus: number;
}

/** Ticks per second: USER_HZ is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Every process that can be seen, zombies included. */
export function readProcesses(): Map<number, Process> {
  const processes = new Map<number, Process>();
  for (const name of readdirSync('/proc')) {
    const found = /^\d+$/.test(name) ? readProcess(Number(name)) : null;
    if (found) processes.set(found.pid, found);
  }
  return processes;
}

/** The children of a process, zombies included: quick, and sure where they do not end meanwhile. */
export function readChildren(pid: number): Process[] {
  const told = readText(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
  return told.map((child) => readProcess(Number(child))).filter((child) => child !== null);
}

/** One process, or null if there is none of that id. */
export function readProcess(pid: number): Process | null {
  const stat = readText(`/proc/${pid}/stat`);
  // The name is in parentheses and may hold anything, parentheses too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields.length < 20) return null;
  const number = (index: number) => Number(fields[index] ?? 0);
  return {
    pid,
    parent: number(1),
    group: number(2),
    session: number(3),
    terminalGroup: number(5),
    state: fields[0] ?? '',
    startTick: number(19),
    waitStatus: number(49),
  };
}

/** The environment a process was started with, `NAME=value` each; empty if it cannot be read. */
export function readEnvironment(pid: number): string[] {
  return readText(`/proc/${pid}/environ`).split('\0');
}

/**
 * The greatest value of a limit that a process may set itself, as proc(5) names it; empty if that cannot be read. Limits
 * are inherited by whatever a process starts, however it does, and can be lowered but not raised again.
 */
export function readHardLimit(pid: number, name: string): string {
  return new RegExp(`^${name} +\\S+ +(\\S+)`, 'm').exec(readText(`/proc/${pid}/limits`))?.[1] ?? '';
}

/** The account that a process runs as (its real one); -1 if that cannot be read. Unlike the owner of its files in /proc it cannot be hidden. */
export function readAccount(pid: number): number {
  return Number(/^Uid:\t(\d+)/m.exec(readText(`/proc/${pid}/status`))?.[1] ?? -1);
}

/** The number that a process has for itself, which is another one where it has a numbering (PID namespace) of its own; -1 if that cannot be read. */
export function readInnerPid(pid: number): number {
  return Number(/^NSpid:.*\t(\d+)$/m.exec(readText(`/proc/${pid}/status`))?.[1] ?? -1);
}

/** Names the numbering that a process is in; empty if that cannot be read. */
export function readNumbering(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return '';
  }
}

/** The command line of a process, NUL after each word; empty for a zombie. */
export function readCommandLine(pid: number): string {
  return readText(`/proc/${pid}/cmdline`);
}

/** The paths of the files that a process has open; empty if they cannot be read. */
export function readOpenPaths(pid: number): string[] {
  return readOpenFiles(pid).map(([, target]) => target);
}

/** The same with the names that /proc has for them. */
export function readOpenFiles(pid: number): [name: string, target: string][] {
  try {
    const names = readdirSync(`/proc/${pid}/fd`).map((fd) => `/proc/${pid}/fd/${fd}`);
    return names.map((name) => [name, readlinkSync(name)]);
  } catch {
    return [];
  }
}

type SignalMask = 'SigIgn' | 'SigCgt';

/** Does the process ignore (SigIgn) or catch (SigCgt) this signal? */
export function hasInMask(pid: number, mask: SignalMask, signalNumber: number): boolean {
  const hex = new RegExp(`^${mask}:\\s*([0-9a-f]+)$`, 'm').exec(readText(`/proc/${pid}/status`))?.[1] ?? '0';
  return ((BigInt(`0x${hex}`) >> BigInt(signalNumber - 1)) & 1n) === 1n;
}

/** The tick that it was `agoMs` ago, rounded down. */
export function tickAgo(agoMs: number): number {
  const uptimeSeconds = Number(readText('/proc/uptime').split(' ')[0]);
  return Math.floor((uptimeSeconds - agoMs / 1000) * ticksPerSecond) - 1;
}

/** A zombie holds nothing and does nothing; whoever should have reaped it is not ours to wait for. */
export function isLiving(process: Process): boolean {
  return process.state !== 'Z' && process.state !== 'X';
}

/** Is there a process of this id that has not ended? bash lists a job that has until it has told so. */
export function isRunning(pid: number): boolean {
  const found = readProcess(pid);
  return found !== null && isLiving(found);
}

// A process may go between readdir and read: then there is nothing to read.
function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
