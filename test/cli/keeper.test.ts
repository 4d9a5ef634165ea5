/** What watches the embedded Postgres: it ends when, and only when, its program or its starter does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { familyOf } from '../support/processes.ts';

const keeper = await readFile(fileURLToPath(new URL('../../cli/postgres/keeper.bash', import.meta.url)), 'utf8');

function keep(program: string): ChildProcess {
  const args = ['-c', keeper, 'keeper.bash', 'bash', '-c', program];
  const child = spawn('bash', args, { stdio: ['pipe', 'ignore', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
const codeOf = async (child: ChildProcess) => (await once(child, 'exit'))[0] as number | null;

test('it ends with its program, at whatever moment that ends', async () => {
  for (let round = 0; round < 10; round += 1) {
    const programs = Array.from({ length: 10 }, (_, n) => `sleep 0.00${n}; exit 7`);
    expect(new Set(await Promise.all(programs.map((program) => codeOf(keep(program)))))).toEqual(new Set([7]));
  }
});

test('it stays while its program is stopped', async () => {
  const child = keep('kill -STOP $$; exit 7');
  const code = codeOf(child);
  const stopped = async () => {
    for (const pid of familyOf(child.pid ?? 0)) {
      const state = /\) (\S)/.exec(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))?.[1];
      if (state === 'T') return pid;
    }
    return undefined;
  };
  await expect.poll(stopped, { timeout: 20_000 }).toBeDefined();
  process.kill((await stopped()) ?? 0, 'SIGCONT');
  expect(await code).toBe(7);
});

test('it interrupts its program when its starter is gone', async () => {
  const child = keep('exec sleep 600');
  const code = codeOf(child);
  child.stdin?.destroy();
  expect(await code).toBe(130);
});
