/** Signals as a terminal gives them: to its foreground process group. */
import { isForeground, sendSignal } from './ending.ts';
import { isLiving, type Process, readProcess } from './processes.ts';

/**
 * Sends a signal to what runs in the terminal's foreground. A program leads a group of its own there; in a builtin loop it
 * is bash's, where an interrupt is for bash too, and anything else for its children, or for bash if it has none.
 */
export function signalForeground(bashPid: number, members: Process[], name: NodeJS.Signals): void {
  const bash = readProcess(bashPid);
  const group = bash?.terminalGroup ?? 0;
  if (!bash || group <= 0) return;
  if (group !== bash.group || name === 'SIGINT') {
    sendSignal(-group, name);
    return;
  }
  const children = members.filter((process) => isLiving(process) && process.pid !== bashPid && isForeground(process));
  for (const { pid } of children) sendSignal(pid, name);
  if (children.length === 0) sendSignal(bashPid, name);
}
