/** bash and what it waits for, stopped as if at once, at a moment at which an interrupt of all of it works. */
import { performance } from 'node:perf_hooks';
import { isForeground, sendSignal } from './ending.ts';
import { isLiving, type Process, readChildren, readCommandLine, readProcess } from './processes.ts';

/** So long one that has ended may wait for bash, which is quick unless it was stopped. */
const reapMsMost = 200;
/** The rest takes about a millisecond, where it does not stay as it is. */
const patienceMs = 50;
const pauseMsMost = 10;

interface Member extends Process {
  children: Process[];
}

/**
 * A shell takes an interrupt for dealt with, and goes on in its list, if what it waits for ends in peace just then, as most do in a loop
 * of short commands. So all are stopped, parents first, and go on for a moment where something has just ended, or has just begun.
 */
export class Standstill {
  readonly #bashPid: number;
  readonly #latest: number;
  readonly #stopped = new Set<number>();
  /** Those that had children. */
  readonly #parents = new Set<number>();
  /** Since when something is in the way. */
  #since = new Map<number, number>();
  #pauseMs = 0;

  /** However busy the machine is, and whatever runs, `reach` gives up its search for a better moment after `reachMsMost`. */
  constructor(bashPid: number, reachMsMost: number) {
    this.#bashPid = bashPid;
    this.#latest = performance.now() + reachMsMost;
    this.#walk();
  }

  /** Stops what is not stopped yet; ms until it is to be called again, or 0 once all stand still. */
  reach(): number {
    const all = this.#walk();
    const moving = all.filter((process) => isLiving(process) && !isStopped(process));
    for (const { pid } of moving) this.#stop(pid);
    if (performance.now() > this.#latest) return 0;
    // Whatever moves may yet start something, of which the walk knows nothing.
    if (moving.length > 0) return 1;
    if (!this.#isAnyInTheWay(all)) return 0;
    this.letGo();
    this.#pauseMs = Math.min(this.#pauseMs + 1, pauseMsMost);
    return this.#pauseMs;
  }

  /** What was stopped here goes on, bash last. */
  letGo(): void {
    this.letGoBelow();
    if (this.#stopped.has(this.#bashPid)) sendSignal(this.#bashPid, 'SIGCONT');
    this.#stopped.clear();
  }

  /** The same but for bash. */
  letGoBelow(): void {
    for (const pid of [...this.#stopped].reverse()) if (pid !== this.#bashPid) sendSignal(pid, 'SIGCONT');
  }

  #walk(): Member[] {
    const all: Member[] = [];
    const add = (process: Process) => all.push({ ...process, children: readChildren(process.pid) });
    const bash = readProcess(this.#bashPid);
    if (bash) add(bash);
    for (const { pid, children } of all) {
      for (const child of children) if (pid !== this.#bashPid || isForeground(child)) add(child);
      if (children.length > 0) this.#parents.add(pid);
    }
    return all;
  }

  #stop(pid: number): void {
    sendSignal(pid, 'SIGSTOP');
    this.#stopped.add(pid);
  }

  #isAnyInTheWay(all: Member[]): boolean {
    const now = performance.now();
    const before = this.#since;
    const those = all.filter((process) => !isLiving(process) || this.#hasJustReaped(process) || isStarting(process));
    this.#since = new Map(those.map(({ pid }) => [pid, before.get(pid) ?? now]));
    const isBashToReap = (process: Process) => process.parent === this.#bashPid && !isLiving(process);
    const patienceWith = (process: Process) => (isBashToReap(process) ? reapMsMost : patienceMs);
    return those.some((process) => now - (before.get(process.pid) ?? now) < patienceWith(process));
  }

  // It is in the middle of taking note of it.
  #hasJustReaped({ pid, children }: Member): boolean {
    return children.length === 0 && this.#parents.has(pid);
  }
}

function isStopped({ state }: Process): boolean {
  return state === 'T' || state === 't';
}

// A child that has not yet become its program has a shell's own handler for an interrupt: it would exit without dying of it, or forget it.
// One that stays the shell is a subshell, which dies of it; until it has a child, nothing tells them apart but time.
function isStarting({ pid, parent, children }: Member): boolean {
  return children.length === 0 && readCommandLine(pid) === readCommandLine(parent);
}
