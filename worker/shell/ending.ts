/** Ending processes so that it is true when it is said: signals, a grace, SIGKILL, and looking until none is left. */
import { constants } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { hasInMask, isLiving, type Process, readProcess } from './processes.ts';
import { isShellItself, type ShellMark, shellProcesses } from './tree.ts';

/** How long what is told to end may take, where its shell was not opened with another time. */
export const graceMsDefault = 2_000;
/** How long an interrupt may take to work before SIGTERM: enough for a program that cleans up, as Ctrl-C gives it. */
const interruptMs = 150;
const pollFirstMs = 1;
/** A process stops within a moment, unless it waits for a disk, or does not want to. */
const freezeMsMost = 1_000;
const pollMostMs = 25;

interface Ending {
  /** The signals that ask, each sent at once to whatever of it is found. */
  ask: NodeJS.Signals[];
  /** After this the rest is killed. */
  graceMs: number;
}

/** Ends every process that `find` returns, now or while this runs; resolves once it finds none living. */
export async function endProcesses(find: () => Process[], { ask, graceMs }: Ending): Promise<void> {
  const deadline = performance.now() + graceMs;
  const asked = new Set<string>();
  for (let pollMs = pollFirstMs; ; pollMs = Math.min(pollMs * 2, pollMostMs)) {
    const living = find().filter(isLiving);
    if (living.length === 0) return;
    const late = performance.now() >= deadline;
    for (const { pid, startTick } of living) {
      const key = `${pid} ${startTick}`;
      if (late) sendSignal(pid, 'SIGKILL');
      else if (!asked.has(key)) for (const signal of [...ask, 'SIGCONT' as const]) sendSignal(pid, signal);
      asked.add(key);
    }
    await delay(Math.min(pollMs, late ? pollMs : Math.max(0, deadline - performance.now())));
  }
}

/** Interrupts, as Ctrl-C would, and ends what that does not end. */
export async function interruptProcesses(find: () => Process[], graceMs: number): Promise<void> {
  const started = performance.now();
  const living = () => find().filter(isLiving);
  interrupt(living());
  const pause = Math.min(interruptMs, graceMs);
  for (let pollMs = pollFirstMs; living().length > 0 && performance.now() < started + pause; pollMs *= 2) {
    await delay(Math.min(pollMs, pollMostMs));
  }
  await endProcesses(find, { ask: ['SIGTERM'], graceMs: graceMs - (performance.now() - started) });
}

/**
 * Interrupts several as if at once, as a terminal does. One after another, the reader of a pipe would see its end and
 * exit in peace before its turn came, and bash would go on in its list.
 */
export function interrupt(processes: Process[]): void {
  const signals = processes.length > 1 ? (['SIGSTOP', 'SIGINT', 'SIGCONT'] as const) : (['SIGINT', 'SIGCONT'] as const);
  for (const signal of signals) for (const { pid } of processes) sendSignal(pid, signal);
}

/** Sends a signal; false if there is no such process, or it is out of reach. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Does it settle within this time? */
export async function within(settled: Promise<unknown>, limitMs: number): Promise<boolean> {
  const limit = new AbortController();
  const late = delay(limitMs, false, { signal: limit.signal }).catch(() => false);
  const isSettled = await Promise.race([settled.then(() => true), late]);
  limit.abort();
  return isSettled;
}

/**
 * What SIGTSTP must be to stop a process: in a group that no terminal's shell watches the kernel drops it, unless the
 * process has taken it into its own hands.
 */
export function stopSignalFor(pid: number): NodeJS.Signals {
  const { SIGTSTP } = constants.signals;
  return hasInMask(pid, 'SigIgn', SIGTSTP) || hasInMask(pid, 'SigCgt', SIGTSTP) ? 'SIGTSTP' : 'SIGSTOP';
}

/**
 * Stops bash, so that it cannot go on in its list when what it waits for is ended; false where it does not stop, as while something
 * has it go on again and again.
 */
export async function freeze(pid: number): Promise<boolean> {
  const deadline = performance.now() + freezeMsMost;
  for (;;) {
    // Sent again each time: whatever had it go on meanwhile took the one before back.
    sendSignal(pid, 'SIGSTOP');
    const found = readProcess(pid);
    if (!found || !isLiving(found) || found.state === 'T') return true;
    if (performance.now() >= deadline) return false;
    await delay(pollFirstMs);
  }
}

/**
 * What bash waits for, of the children of one command. In a terminal its foreground tells; in a shell without job control a background child ignores
 * both INT and QUIT; nothing else does by default.
 */
export function isForeground(child: Process): boolean {
  if (child.terminalGroup > 0) return child.group === child.terminalGroup;
  const { SIGINT, SIGQUIT } = constants.signals;
  return !(hasInMask(child.pid, 'SigIgn', SIGINT) && hasInMask(child.pid, 'SigIgn', SIGQUIT));
}

/** Of a zombie: was it an interrupt? Only then will bash, interrupted too, not go on in its list. */
export function diedOfInterrupt(pid: number): boolean {
  const found = readProcess(pid);
  return found?.state === 'Z' && (found.waitStatus & 0x7f) === constants.signals.SIGINT;
}

/**
 * Ends every process of these shells: of shells that this process started or that another one did. Each shell is
 * stopped first, so that none goes on in its list; resolves once they are verified gone.
 */
export async function endTrees(markers: (string | ShellMark)[], graceMs: number): Promise<void> {
  if (markers.length === 0) return;
  const marks: ShellMark[] = markers.map((marker) => (typeof marker === 'string' ? { id: marker } : marker));
  const shells = new Set<number>();
  const others = () => {
    const found = shellProcesses(marks);
    for (const shell of found.filter((process) => isLiving(process) && isShellItself(process))) {
      if (!shells.has(shell.pid)) sendSignal(shell.pid, 'SIGSTOP');
      shells.add(shell.pid);
    }
    return found.filter(({ pid }) => !shells.has(pid));
  };
  await endProcesses(others, { ask: ['SIGTERM'], graceMs });
  await endProcesses(() => shellProcesses(marks), { ask: [], graceMs: 0 });
}
