/**
 * Ends a Postgres that a killed start left on our cluster, and removes its `postmaster.pid`. Only called by the
 * holder of the data directory's lock, so whatever runs there has lost its owner.
 */
import { execFile } from 'node:child_process';
import { readFile, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Log } from '../../sql/contract.ts';

/** How long each signal gets: fast shutdown writes a checkpoint, immediate shutdown does not. */
const escalation = [
  { signal: 'SIGINT', ms: 10_000 },
  { signal: 'SIGQUIT', ms: 5000 },
  { signal: 'SIGKILL', ms: 5000 },
] as const;
const lookAgainMs = 20;

/**
 * Does nothing when no Postgres was left. The file is removed even where its process is gone, because Postgres
 * refuses to start when that number was given to another process of the same user meanwhile, which is the rule in
 * a container that starts again.
 */
export async function endPredecessor(cluster: string, log: Log): Promise<void> {
  const pid = await readPid(cluster);
  if (pid === undefined) return;
  if (await isPostmaster(pid, cluster)) {
    log('warn', 'postgres_left_behind', { pid });
    await end(pid, cluster);
  }
  await rm(pidFile(cluster), { force: true });
}

/** Cuts a shutdown short that takes too long: the next start replays the log. */
export async function hurryPostmaster(cluster: string, log: Log): Promise<void> {
  const pid = await readPid(cluster);
  if (pid === undefined || !(await isPostmaster(pid, cluster))) return;
  log('warn', 'postgres_hurried', { pid });
  process.kill(pid, 'SIGQUIT');
}

async function readPid(cluster: string): Promise<number | undefined> {
  const text = await readFile(pidFile(cluster), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) ? pid : undefined;
}

function pidFile(cluster: string): string {
  return path.join(cluster, 'postmaster.pid');
}

async function end(pid: number, cluster: string): Promise<void> {
  for (const { signal, ms } of escalation) {
    if (!(await isPostmaster(pid, cluster))) return;
    process.kill(pid, signal);
    // It is not our child, so there is no event to wait for.
    for (let waited = 0; waited < ms; waited += lookAgainMs) {
      if (!(await isPostmaster(pid, cluster))) return;
      await delay(lookAgainMs);
    }
  }
  throw new Error(`A Postgres left behind (process ${pid}) does not end: end it by hand.`);
}

/** A postmaster works in its cluster's directory and has it in its arguments; another process with its number does not. */
async function isPostmaster(pid: number, cluster: string): Promise<boolean> {
  if (process.platform === 'linux') {
    return readlink(`/proc/${pid}/cwd`).then(
      (directory) => directory === cluster,
      () => false,
    );
  }
  return promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout.includes(cluster),
    () => false,
  );
}
