/** Ctrl-C for a shell without job control: bash and what it waits for are interrupted as if at once, as a terminal does it. */
import { performance } from 'node:perf_hooks';
import { interrupt, isForeground, sendSignal } from './ending.ts';
import { isLiving, type Process, readChildren, readCommandLine } from './processes.ts';

/** From fork to exec takes about a millisecond. */
export const startMsMost = 30;
/** However busy the machine is, the others of this host are not kept waiting for longer. */
const reapMsMost = 200;
const pauseMs = 1;
const pause = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/**
 * Interrupts bash and its foreground. bash takes an interrupt for dealt with, and goes on in its list, if what it waits for ends in peace
 * just then, as most do in a loop of short commands: so both are stopped while the rest is looked for, and go on first where something
 * has ended already. Synchronous, so that nothing else stops bash or has it go on meanwhile.
 */
export function interruptWithShell(bashPid: number, foreground: () => Process[]): void {
  const began = performance.now();
  for (let isDone = false; !isDone; ) {
    sendSignal(bashPid, 'SIGSTOP');
    const stopped = readChildren(bashPid).filter(
      (child) => isLiving(child) && child.state !== 'T' && isForeground(child),
    );
    for (const { pid } of stopped) sendSignal(pid, 'SIGSTOP');
    isDone = !isTooEarly(bashPid, performance.now() - began);
    if (isDone) {
      const processes = foreground();
      sendSignal(bashPid, 'SIGINT');
      interrupt(processes);
    }
    for (const { pid } of [...stopped, { pid: bashPid }]) sendSignal(pid, 'SIGCONT');
    if (!isDone) Atomics.wait(pause, 0, 0, pauseMs);
  }
}

function isTooEarly(bashPid: number, waitedMs: number): boolean {
  const children = readChildren(bashPid);
  if (waitedMs < reapMsMost && children.some(({ state }) => state === 'Z')) return true;
  return waitedMs < startMsMost && children.some((child) => isForeground(child) && isStarting(child, bashPid));
}

/**
 * A child that has not yet become its program has bash's own handler for an interrupt, and would exit without dying of it. One that
 * stays bash is a subshell, which has not: nothing tells them apart but time.
 */
export function isStarting(child: Process, bashPid: number): boolean {
  return child.parent === bashPid && isLiving(child) && readCommandLine(child.pid) === readCommandLine(bashPid);
}
