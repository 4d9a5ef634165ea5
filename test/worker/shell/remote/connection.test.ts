/** What is between the host and a shell elsewhere: a program that ends, is not there, or says nothing any more. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { endTrees } from '../../../../worker/shell/ending.ts';
import { ShellGoneError } from '../../../../worker/shell/index.ts';
import { readChildren } from '../../../../worker/shell/processes.ts';
import { Channels } from '../../../../worker/shell/remote/channels.ts';
import { Connection } from '../../../../worker/shell/remote/connection.ts';
import { exec, fileExists, isAlive, openTestShell, until } from '../support.ts';
import { useHolder } from './holder.ts';

const { environment, by } = useHolder();

/** Its job, of a command that runs until it is ended, and is hard to find. */
async function startJob(shell: Awaited<ReturnType<typeof openTestShell>>) {
  const ran = shell.exec(
    '(setsid bash -c "echo \\$\\$ >pid; exec sleep 300" &); until [ -s pid ]; do :; done; : >up; sleep 300; touch later',
  );
  await fileExists(`${shell.scratch}/up`);
  return { ran, pid: Number(readFileSync(`${shell.scratch}/pid`, 'latin1')) };
}

describe('a connection that ends while a command runs', () => {
  test('leaves it shell_exited, with what is known, and nothing running', async () => {
    const shell = await openTestShell({ graceMs: 200, ...by(['sh', '-c', 'echo gone wrong >&2; bash; :']) });
    const { ran, pid } = await startJob(shell);
    process.kill(shell.pid, 'SIGKILL');
    // sh is gone, and the agent has its streams: only what ends them ends the connection.
    expect(isAlive(pid)).toBe(true);
    await endTrees([shell.id], 0);
    expect(await ran).toMatchObject({
      outcome: 'shell_exited',
      exitCode: null,
      signal: null,
      state: null,
      shellAlive: false,
    });
    expect((await ran).stateProblem).toMatch(/connection to the shell ended.*SIGKILL: gone wrong.*not run again/);
    await until(() => !isAlive(pid));
    expect(existsSync(`${shell.scratch}/later`)).toBe(false);
    await expect(shell.exec('true')).rejects.toThrow(ShellGoneError);
  });

  test('does not make a kill of it, though it was to be killed', async () => {
    const shell = await openTestShell({ graceMs: 60_000, ...by(['bash', '-c', 'bash; :']) });
    const { ran, pid } = await startJob(shell);
    const agent = readChildren(shell.pid)[0]?.pid ?? 0;
    process.kill(agent, 'SIGSTOP');
    const ended = shell.end('killed');
    await endTrees([shell.id], 0);
    await ended;
    expect(await ran).toMatchObject({ outcome: 'shell_exited', exitCode: null });
    expect(pid).toBeGreaterThan(0);
  });

  test('that says nothing any more is given up by both sides', async () => {
    const shell = await openTestShell({ graceMs: 200, ...by(['bash', '-c', 'cat | bash | cat'], 3000) });
    const { ran, pid } = await startJob(shell);
    const [wayThere] = readChildren(shell.pid);
    process.kill(wayThere?.pid ?? 0, 'SIGSTOP');
    expect(await ran).toMatchObject({ outcome: 'shell_exited', exitCode: null });
    expect((await ran).stateProblem).toMatch(/connection to the shell ended/);
    await until(() => !isAlive(pid));
    expect(existsSync(`${shell.scratch}/later`)).toBe(false);
  });
});

describe('a process of the agent that is killed while a command runs', () => {
  const parts: [string, (agent: number) => number][] = [
    ['the agent itself', (agent) => agent],
    // The second waits for bash, which goes on without it.
    ...[0, 2, 4].map((index): [string, (agent: number) => number] => [
      `its helper ${index}`,
      (agent) => readChildren(agent)[index]?.pid ?? 0,
    ]),
  ];
  test.each(parts)('%s takes everything with it, and nothing is said that is not known', async (_, pidOf) => {
    const shell = await openTestShell({ graceMs: 200, ...by(['bash'], 3000) });
    const { ran, pid } = await startJob(shell);
    process.kill(pidOf(shell.pid), 'SIGKILL');
    expect(await ran).toMatchObject({ outcome: 'shell_exited', exitCode: null, signal: null });
    await shell.close();
    await until(() => !isAlive(pid));
    expect(existsSync(`${shell.scratch}/later`)).toBe(false);
  });
});

test('a shell has what the other side has for it, and what the host adds', async () => {
  const shell = await openTestShell({
    cwd: '',
    environment: { ADDED: `it's` },
    ...by(['env', '-C', '/usr', 'THERE=1', 'LC_ALL=C.UTF-8', 'bash']),
  });
  expect(shell.cwd).toBe('/usr');
  const ran = await exec(shell, 'echo "$ADDED $THERE $LC_ALL"; unset THERE');
  expect(ran.out).toBe(`it's 1 C.UTF-8\n`);
  expect(Buffer.from(ran.state ?? []).toString()).toContain('unset -v THERE\0');
});

test('an agent that sends more than there is room for is given up', async () => {
  // It says what a real one would, and floods; it reads its secret, as the first word of the script that it is sent.
  const falseAgent =
    'read -r line; eval "$line"; echo "$secret hello Lw== QQ=="; while :; do echo "$secret out c1 61"; done';
  const connection = await Connection.start({ words: ['bash', '-c', falseAgent], environment }, 'unused');
  connection.begin("secret='unused'\n");
  await connection.next('hello');
  // Nobody takes anything.
  const late = () => new Promise<void>(() => {});
  new Channels(connection).take().begin(null, late, late);
  await connection.lost;
  expect(connection.isLost).toBe(true);
});

test('a launcher that was killed does not hide the end of bash', async () => {
  const shell = await openTestShell(by(['bash'], 4000));
  const ran = await shell.exec('kill -9 $PPID; kill -9 $$');
  expect(ran).toMatchObject({ outcome: 'shell_exited', exitCode: null });
});

test('what nobody takes holds up neither another stream nor an end', async () => {
  const shell = await openTestShell({ graceMs: 300, ...by(['bash']) });
  const [taking, told] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const ran = shell.exec('yes & sleep 0.2; echo told >&2; head -c 5000000 /dev/zero; sleep 300', {
    onOutput: (stream) => (stream === 'stdout' ? taking.promise : told.resolve()),
  });
  await told.promise;
  await shell.end('killed');
  taking.resolve();
  expect(await ran).toMatchObject({ outcome: 'killed' });
});
