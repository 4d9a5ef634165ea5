/** Programs below a shell, as its tests look for them. */
import { readdirSync, readFileSync } from 'node:fs';
import { readCommandLine } from '../../../worker/shell/processes.ts';
import type { TestShell } from './support.ts';

/** The process ids that the commands wrote into files of the scratch directory. */
export function writtenPids(shell: TestShell): number[] {
  const files = readdirSync(shell.scratch).filter((name) => name.endsWith('.pid'));
  return files.map((name) => Number(readFileSync(`${shell.scratch}/${name}`, 'latin1')));
}

/** Has it a child that runs this program, or any that is not bash itself? */
export function hasChild(pid: number, program = ''): boolean {
  return childrenOf(pid).some((child) => {
    const line = readCommandLine(child);
    return line !== '' && line.startsWith(program) && !line.startsWith('bash\0--noprofile');
  });
}

export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
  } catch {
    return []; // gone meanwhile
  }
}
