/**
 * Ending a running command without ending its shell, if that can be.
 *
 * bash is stopped first: woken by the death of what it waits for, it would go on in its list before a signal of ours
 * reaches it. An interactive bash that is interrupted abandons its list, but only if what it waited for died of an
 * interrupt too, and nobody trapped it. Where that does not hold, bash is killed, and the next command finds a new one.
 */
import { constants } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import {
  diedOfInterrupt,
  endProcesses,
  freeze,
  graceMsDefault,
  interruptProcesses,
  isForeground,
  within,
} from './ending.ts';
import { commandHoldersOfTerminal, holdersOf } from './holders.ts';
import { hasInMask, type Process } from './processes.ts';
import type { CommandRun } from './run.ts';
import { Standstill } from './standstill.ts';
import { mayTrapInterrupt } from './traps.ts';
import { commandProcesses } from './tree.ts';

/** However little of the grace is left, bash gets this long to come back. */
const returnMsLeast = 250;
const againMs = 200;
const reachMsMost = 1000;
const { SIGINT, SIGTERM } = constants.signals;

interface Stopped {
  standstill: Standstill;
  /** bash itself; false where something has it go on. */
  isFrozen: boolean;
}

/** Ends it and verifies that it is gone; false if it turns out that it had ended before. */
export async function endRun(run: CommandRun): Promise<boolean> {
  const { bash, mark, options, terminal } = run.context;
  const graceMs = options.graceMs ?? graceMsDefault;
  const deadline = performance.now() + graceMs;
  const commandMark = run.mark;
  const find = () => commandProcesses({ ...mark, trusted: !bash.exit }, commandMark);
  const stopped = await stop(run);
  if (bash.hasAnswered()) {
    stopped.standstill.letGo();
    bash.kill('SIGCONT');
    return false;
  }
  if (!(await bringBack(run, stopped, find, deadline))) {
    bash.kill('SIGKILL');
    await bash.exited;
  }
  await endProcesses(find, { ask: ['SIGTERM'], graceMs: Math.max(0, deadline - performance.now()) });
  await endProcesses(() => holdersOf(run.streams.heldPaths()), { ask: ['SIGTERM'], graceMs: 0 });
  const holders = () => (terminal ? commandHoldersOfTerminal(terminal, mark, commandMark) : []);
  await endProcesses(holders, { ask: ['SIGTERM'], graceMs: 0 });
  return true;
}

// With job control, as in a terminal, bash alone is stopped: it would take its child for one that was suspended.
async function stop({ context: { bash, terminal } }: CommandRun): Promise<Stopped> {
  const standstill = new Standstill(bash.pid, reachMsMost);
  if (!terminal) for (let ms = standstill.reach(); ms > 0; ms = standstill.reach()) await delay(ms);
  return { standstill, isFrozen: await freeze(bash.pid) };
}

// Interrupts all of it, then lets bash's own TERM trap run: an interactive bash ignores TERM unless a user trapped it.
// False where bash would not come back, or does not in time.
async function bringBack(run: CommandRun, stopped: Stopped, find: () => Process[], deadline: number): Promise<boolean> {
  const { bash } = run.context;
  const leftMs = () => Math.max(returnMsLeast, deadline - performance.now());
  if (!(await endForeground(run, stopped, find, deadline))) return false;
  const latest = performance.now() + leftMs();
  // bash may lose an interrupt just before it waits in a system call, or as it notes that a child has ended: so more than one, if need be.
  while (!(await interruptBash(run, Math.min(againMs, latest - performance.now())))) {
    if (performance.now() >= latest) return false;
    const again = await stop(run);
    if (bash.hasAnswered()) again.standstill.letGo();
    else if (!(await endForeground(run, again, find, deadline))) return false;
  }
  return bash.exit !== null || !hasInMask(bash.pid, 'SigCgt', SIGTERM) || within(run.terminate(), leftMs());
}

// Ends all but bash, which stands still; false if bash would go on in its list after that.
async function endForeground(run: CommandRun, stopped: Stopped, find: () => Process[], deadline: number) {
  const { bash, terminal } = run.context;
  const foreground = find().filter((process) => process.parent === bash.pid && isForeground(process));
  const ended = interruptProcesses(find, Math.max(0, deadline - performance.now()));
  stopped.standstill.letGoBelow();
  await ended;
  // With job control bash abandons its list for an interrupt of its own, whatever its child died of.
  const abandons = terminal !== null || foreground.every(({ pid }) => diedOfInterrupt(pid));
  return stopped.isFrozen && isInterruptible(run) && abandons;
}

function isInterruptible({ context, command }: CommandRun): boolean {
  return !mayTrapInterrupt(command.text) && !context.trapsInterrupt && !hasInMask(context.bash.pid, 'SigIgn', SIGINT);
}

// True once bash is back, or gone.
function interruptBash({ context: { bash }, answered }: CommandRun, waitMs: number): Promise<boolean> {
  bash.kill('SIGINT');
  bash.kill('SIGCONT');
  return within(answered, Math.max(0, waitMs));
}
