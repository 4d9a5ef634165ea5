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
import { diedOfInterrupt, endProcesses, freeze, interruptProcesses, isForeground, within } from './ending.ts';
import { commandHoldersOfTerminal, holdersOf } from './holders.ts';
import { isStarting, startMsMost } from './interrupt.ts';
import { hasInMask, type Process } from './processes.ts';
import type { CommandRun } from './run.ts';
import { commandProcesses } from './tree.ts';

const graceMsDefault = 2000;
/** However little of the grace is left, bash gets this long to come back. */
const returnMsLeast = 250;
const againMs = 200;
const startPollMs = 3;
const { SIGINT, SIGTERM } = constants.signals;

/** Ends it and verifies that it is gone; false if it turns out that it had ended before. */
export async function endRun(run: CommandRun): Promise<boolean> {
  const { bash, mark, options } = run.context;
  const graceMs = options.graceMs ?? graceMsDefault;
  const deadline = performance.now() + graceMs;
  const commandMark = run.mark;
  const find = () => commandProcesses({ ...mark, trusted: !bash.exit }, commandMark);
  const isFrozen = await freeze(bash.pid);
  if (bash.hasAnswered()) {
    bash.kill('SIGCONT');
    return false;
  }
  const children = () => find().filter((process) => process.parent === bash.pid && isForeground(process));
  await untilStarted(bash.pid, children);
  const foreground = children();
  await interruptProcesses(find, graceMs);
  // With job control, as in a terminal, bash abandons its list for an interrupt of its own, whatever its child died of.
  const abandons = run.context.terminal !== null || foreground.every(({ pid }) => diedOfInterrupt(pid));
  const canReturn = isFrozen && isInterruptible(run) && abandons;
  if (canReturn) await bringBack(run, deadline);
  else bash.kill('SIGKILL');
  if (!canReturn) await bash.exited;
  await endProcesses(find, { ask: ['SIGTERM'], graceMs: Math.max(0, deadline - performance.now()) });
  await endProcesses(() => holdersOf(run.streams.heldPaths()), { ask: ['SIGTERM'], graceMs: 0 });
  const { terminal } = run.context;
  const holders = () => (terminal ? commandHoldersOfTerminal(terminal, mark, commandMark) : []);
  await endProcesses(holders, { ask: ['SIGTERM'], graceMs: 0 });
  return true;
}

// See isStarting.
async function untilStarted(bashPid: number, children: () => Process[]): Promise<void> {
  const anyStarts = () => children().some((child) => isStarting(child, bashPid));
  for (let waitedMs = 0; waitedMs < startMsMost && anyStarts(); waitedMs += startPollMs) await delay(startPollMs);
}

// A trap set by this very command is not in the last state; the words of the command have to do.
function isInterruptible({ context, command }: CommandRun): boolean {
  const mayTrap = /\btrap\b[^\n]*\b(?:SIGINT|INT|2)\b/i.test(command.text);
  return !mayTrap && !context.trapsInterrupt && !hasInMask(context.bash.pid, 'SigIgn', SIGINT);
}

// Interrupts bash, then lets its own TERM trap run: an interactive bash ignores TERM unless a user trapped it.
async function bringBack(run: CommandRun, deadline: number): Promise<void> {
  const { bash } = run.context;
  const leftMs = () => Math.max(returnMsLeast, deadline - performance.now());
  const latest = performance.now() + leftMs();
  let isBack = false;
  // An interrupt just before bash waits in a system call is noticed only after it: so more than one, if need be.
  while (!isBack && performance.now() < latest) {
    bash.kill('SIGINT');
    bash.kill('SIGCONT');
    isBack = await within(run.answered, Math.min(againMs, Math.max(0, latest - performance.now())));
  }
  if (isBack && !bash.exit && hasInMask(bash.pid, 'SigCgt', SIGTERM)) isBack = await within(run.terminate(), leftMs());
  if (!isBack) bash.kill('SIGKILL');
  if (!isBack) await bash.exited;
}
