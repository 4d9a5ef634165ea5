/** Which processes hold a file open: all there is to tell what gave up everything else that it belonged to. */
import { statSync } from 'node:fs';
import { Moment } from './moment.ts';
import { type Process, readEnvironment, readOpenFiles, readProcesses } from './processes.ts';
import { type CommandMark, commandMarker, type ShellMark } from './tree.ts';

/** Those that hold one of these files open, but for this process. `look` is asked only where there are any. */
export function holdersOf(paths: string[], look = () => new Moment()): Process[] {
  return paths.length === 0 ? [] : look().holdersOf(paths);
}

/** Those that hold this terminal open, but for this process, by this path or by another name. Other roots have terminals of the same path. */
export function holdersOfTerminal(path: string, name = path): Process[] {
  const { dev, ino } = statSync(path);
  const isIt = (fd: string) => {
    const found = statSync(fd, { throwIfNoEntry: false });
    return found?.dev === dev && found.ino === ino;
  };
  const others = [...readProcesses().values()].filter(({ pid }) => pid !== process.pid);
  return others.filter(({ pid }) =>
    readOpenFiles(pid).some(([fd, target]) => (target === path || target === name) && isIt(fd)),
  );
}

/** Of those, the ones that this command left: neither bash nor what an earlier command started. */
export function commandHoldersOfTerminal(
  { path, name }: { path: string; name: string },
  shell: ShellMark,
  command: CommandMark,
): Process[] {
  const isOfCommand = ({ pid, startTick }: Process) => {
    const marked = readEnvironment(pid).find((entry) => entry.startsWith(`${commandMarker}=`));
    if (marked !== undefined) return marked === `${commandMarker}=${command.id}`;
    return startTick >= command.sinceTick && !command.earlierJobs.has(pid);
  };
  return holdersOfTerminal(path, name).filter((process) => process.pid !== shell.shellPid && isOfCommand(process));
}
