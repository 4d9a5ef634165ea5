/** One look at all processes, and who may share it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { afterEach, expect, test } from 'vitest';
import { Moment, sharedMoment } from '../../../worker/shell/moment.ts';

const started: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** A process that waits for its end, and has a value in its environment. */
async function waiting(value: string): Promise<number> {
  const child = spawn('cat', [], { env: { ...process.env, MOMENT_TEST: value }, stdio: ['pipe', 'ignore', 'ignore'] });
  started.push(child);
  await once(child, 'spawn');
  return child.pid ?? 0;
}

test('a process is found by its variable, its account, its session, its parent and its open files', async () => {
  const pid = await waiting('one');
  const moment = new Moment();
  const pids = (found: { pid: number }[]) => found.map((process) => process.pid);
  await expect.poll(() => pids(new Moment().withVariable('MOMENT_TEST', 'one'))).toEqual([pid]);
  expect(pids(moment.withVariable('MOMENT_TEST', 'on'))).toEqual([]);
  expect(pids(moment.withAccount(process.getuid?.() ?? -1))).toContain(pid);
  expect(pids(moment.childrenOf(process.pid))).toContain(pid);
  expect(pids(moment.inSession(moment.get(pid)?.session ?? -1))).toContain(pid);
  expect(pids(moment.holdersOf(['/dev/null']))).toContain(pid);
  expect(pids(moment.holdersOf(['/dev/null']))).not.toContain(process.pid);
});

test('a moment is shared by those who began before it, and by nobody who began after it', async () => {
  const before = performance.now();
  const first = sharedMoment(before);
  expect(first.takenAt).toBeGreaterThanOrEqual(before);
  const later = performance.now();
  const second = sharedMoment(later);
  expect(second).not.toBe(first);
  expect(second.takenAt).toBeGreaterThanOrEqual(later);
});
