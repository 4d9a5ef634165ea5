/** Which machine, since which of its starts, and which part of its processes: what a process here can see and end. */
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const fileName = 'machine';

/** Writes into a start's directory where it runs. */
export function sayHere(runDir: string): void {
  writeFileSync(join(runDir, fileName), here(), { mode: 0o600 });
}

/** Whether the start that this directory is of saw the same processes as this one; false where that is not known. */
export async function isOfHere(runDir: string): Promise<boolean> {
  const found = await readFile(join(runDir, fileName), 'utf8').catch(() => undefined);
  return found === here();
}

/** Two containers may share a directory and not a process; a machine that was started anew has none of its old ones. */
function here(): string {
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
}
