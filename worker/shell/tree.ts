/**
 * Which processes belong to a shell, and which of them to one command of it. A parent's death, `setsid` and a double
 * fork cut the line of parents; the environment that every program was started with still tells. Of one that was started
 * without, a limit tells: a number of the shell's own, so great that it limits nothing; and of any, an account that is the
 * shell's own.
 */
import { createHash } from 'node:crypto';
import { Moment } from './moment.ts';
import { isLiving, type Process, readEnvironment, readProcesses } from './processes.ts';

/** In the environment of everything a shell starts. */
export const shellMarker = 'LIMPET_SHELL';
/** In the environment of everything that a command starts as a program. */
export const commandMarker = 'LIMPET_COMMAND';

/** The limit that marks whatever a shell starts: of processes with real-time priority alone, and in microseconds. */
const markedLimit = 'Max realtime timeout';
const [limitBits, limitLeast] = [60n, 1n << 61n];

/** The value of that limit (bash's `ulimit -R`) for a shell: 60 bits of its id, above 70,000 years. */
export function limitOf(shellId: string): string {
  const bits = createHash('sha256').update(shellId).digest().readBigUInt64LE();
  return String(limitLeast + BigInt.asUintN(Number(limitBits), bits));
}

/** The id of a shell that is held elsewhere, over there: what holds it here has the shell's own, and is no part of it. */
export function innerId(shellId: string): string {
  return `${shellId}.inside`;
}

/** How a shell is recognised. */
export interface ShellMark {
  id: string;
  shellPid?: number;
  /** The account that nothing but this shell runs as. */
  uid?: number;
  /** bash is our child and was not yet reaped, so its id cannot be another's. */
  trusted?: boolean;
}

/** What the processes of a command are known by. */
export interface CommandMark {
  id: string;
  /** Nothing of the command started earlier. */
  sinceTick: number;
  /** bash's background jobs from before it. */
  earlierJobs: ReadonlySet<number>;
}

/** The ids of all shells that a living process is of, as its environment tells; of those that can be read. */
export function findShells(): string[] {
  const prefix = `${shellMarker}=`;
  const ids = [...readProcesses().values()].filter(isLiving).flatMap(({ pid }) =>
    readEnvironment(pid)
      .filter((entry) => entry.startsWith(prefix))
      .map((entry) => entry.slice(prefix.length)),
  );
  return [...new Set(ids)];
}

/** All processes of these shells, bash and zombies included. */
export function shellProcesses(marks: ShellMark[], moment = new Moment()): Process[] {
  const ids = marks.flatMap(({ id }) => [id, innerId(id)]);
  // An account that is the shell's own tells all, whatever a process has done to the other marks.
  const isTold = marks.every(({ uid }) => uid !== undefined);
  const marked = [
    ...marks.flatMap(({ uid }) => (uid === undefined ? [] : moment.withAccount(uid))),
    ...(isTold ? [] : ids.flatMap((id) => moment.withVariable(shellMarker, id))),
    ...(isTold ? [] : ids.flatMap((id) => moment.withLimit(markedLimit, limitOf(id)))),
  ];
  const found = new Map(marked.filter(isLiving).map((process) => [process.pid, process]));
  for (const { shellPid, trusted } of marks) {
    const session = shellPid === undefined ? [] : moment.inSession(shellPid);
    // A session's id is not given to another process while the session has a member. So it is this shell's if one of its
    // members carries the mark, and then also what cleared its environment belongs to it.
    if (trusted !== true && !session.some(({ pid }) => found.has(pid))) continue;
    for (const process of session) found.set(process.pid, process);
  }
  return addDescendants(found, moment);
}

/** These, and all that descends from them. */
export function addDescendants(found: Map<number, Process>, moment: Moment): Process[] {
  const queue = [...found.values()];
  for (const process of queue) {
    for (const child of moment.childrenOf(process.pid)) {
      if (!found.has(child.pid)) {
        found.set(child.pid, child);
        queue.push(child);
      }
    }
  }
  return queue;
}

/** The processes of one command, zombies included; neither bash itself nor what stands around it. */
export function commandProcesses(shell: ShellMark, command: CommandMark): Process[] {
  const members = new Map(shellProcesses([shell]).map((process) => [process.pid, process]));
  const shellItself = members.get(shell.shellPid ?? 0);
  // What is orphaned within walls becomes a child of theirs, which tells nothing of who started it.
  for (const pid of ancestors(shellItself, members)) members.delete(pid);
  const known = new Map<number, boolean>();
  const belongs = (process: Process): boolean => {
    const answer = known.get(process.pid) ?? isOfCommand(process);
    known.set(process.pid, answer);
    return answer;
  };
  const isOfCommand = (process: Process): boolean => {
    // What a command brought to the terminal's foreground is its own now, whoever started it.
    if (shellItself && leadsTerminal(process, shellItself)) return true;
    const marked = readEnvironment(process.pid).find((entry) => entry.startsWith(`${commandMarker}=`));
    if (marked !== undefined) return marked === `${commandMarker}=${command.id}`;
    const parent = members.get(process.parent);
    if (parent && parent.pid !== shell.shellPid) return belongs(parent);
    // bash forked it without starting a program, or it was orphaned so: only time tells it from an earlier job.
    return process.startTick >= command.sinceTick && !command.earlierJobs.has(process.pid);
  };
  return [...members.values()].filter((process) => process.pid !== shell.shellPid && belongs(process));
}

function ancestors(process: Process | undefined, members: Map<number, Process>): number[] {
  const parent = members.get(process?.parent ?? 0);
  return parent ? [parent.pid, ...ancestors(parent, members)] : [];
}

function leadsTerminal(process: Process, shell: Process): boolean {
  return shell.terminalGroup > 0 && shell.terminalGroup !== shell.group && process.group === shell.terminalGroup;
}

/** Is this the bash of a shell, not something it started? Only bash was started before there was a command. */
export function isShellItself(process: Process): boolean {
  const has = (marker: string) => readEnvironment(process.pid).some((entry) => entry.startsWith(`${marker}=`));
  return process.pid === process.session && has(shellMarker) && !has(commandMarker);
}
