/** Processes that a run of tests has left behind: a host, its companion, a shell or a Postgres that works in the run's directory. */
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { alive, shownBy } from './processes.ts';

/** Who is ending is given this long: a companion whose database is gone as well stays until anybody may bury its host. */
const patienceMs = 60_000;
const lookMs = 100;

/** Throws a list of those that are still there after a while, and ends them. `known` are there rightly. */
export async function endStrays(directory: string, known: (number | undefined)[]): Promise<void> {
  const deadline = performance.now() + patienceMs;
  let strays = straysOf(directory, known);
  while (strays.length > 0 && performance.now() < deadline) {
    await delay(lookMs);
    strays = straysOf(directory, known);
  }
  if (strays.length === 0) return;
  const told = strays.map((pid) => `${pid}: ${shownBy(pid).split('\n')[0]?.replaceAll('\0', ' ')}`);
  for (const pid of strays) process.kill(pid, 'SIGKILL');
  throw new Error(`This run has left processes behind, each of which some test should have ended:\n${told.join('\n')}`);
}

function straysOf(directory: string, known: (number | undefined)[]): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const marked = all
    .map(Number)
    .filter((pid) => pid !== process.pid && !known.includes(pid) && worksIn(pid, directory));
  return alive(marked);
}

/** vitest's own processes have the directory in their environment, too, under another name. */
function worksIn(pid: number, directory: string): boolean {
  const [shownArguments = '', environment = ''] = shownBy(pid).split('\n');
  return (
    shownArguments.includes(directory) ||
    (/\0LIMPET_(WORK|DATA)_DIR=/.test(`\0${environment}`) && environment.includes(`_DIR=${directory}`))
  );
}
