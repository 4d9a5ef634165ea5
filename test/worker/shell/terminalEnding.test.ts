import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readChildren, readCommandLine } from '../../../worker/shell/processes.ts';
import { until } from './support.ts';
import { openTestTerminal, untilShown } from './terminalSupport.ts';

const endless = ['sleep 30', 'while :; do :; done', 'sleep 30 | cat', 'read x', 'x=$(sleep 30)', 'sleep 30 & wait'];

describe.each<[string, (shell: Awaited<ReturnType<typeof openTestTerminal>>) => unknown]>([
  ['Ctrl-C', (shell) => shell.terminal?.press(['C-c'])],
  ['an interrupt', (shell) => shell.signal('SIGINT')],
])('%s', (_, interrupt) => {
  test.each(endless)('ends %s with 130, and nothing after it runs', async (text) => {
    const shell = await openTestTerminal();
    const ran = shell.exec(`kept=1; printf begun; ${text}; touch later\ntouch later`);
    await untilShown(shell, 'begun');
    await interrupt(shell);
    expect(await ran).toMatchObject({ outcome: 'exited', exitCode: 130, shellAlive: true });
    expect(existsSync(`${shell.scratch}/later`)).toBe(false);
    expect((await shell.exec('echo $kept')).out).toBe('1\r\n');
  });
});

test('a program that takes Ctrl-C into its own hands goes on, and so does the list', async () => {
  const shell = await openTestTerminal();
  const ran = shell.exec(`bash -c 'trap "echo caught; exit 7" INT; printf begun; while :; do :; done'; echo "then $?"`);
  await untilShown(shell, 'begun');
  await shell.terminal?.press(['C-c']);
  expect((await ran).out).toBe('begun^Ccaught\r\nthen 7\r\n');
});

test.each([
  ['SIGTERM', 143],
  ['SIGKILL', 137],
  ['SIGHUP', 129],
] as const)('%s is for the program in the foreground', async (name, exitCode) => {
  const shell = await openTestTerminal();
  const ran = shell.exec('printf begun; sleep 30');
  await untilShown(shell, 'begun');
  while (!shell.signal(name)) await new Promise(setImmediate);
  expect(await ran).toMatchObject({ outcome: 'exited', exitCode, shellAlive: true });
});

describe('a timeout', () => {
  test.each([
    ...endless,
    // Written so that it does not look as if this shell might trap.
    `bash -c "tra\\p '' TERM INT; sleep 30; :"`,
    'kill -STOP $$',
    'bash --norc -i',
    'bash -c "stty raw -echo; sleep 30; :"',
    "(env -i setsid bash -c 'exec sleep 300' &); sleep 30",
  ])('ends %s with 124, and the shell goes on in a terminal that is as before', async (text) => {
    const shell = await openTestTerminal({ graceMs: 300 });
    const settings = async () => (await shell.exec('x=$(stty -g); echo "=$x"')).out.match(/=.*/)?.[0];
    const before = await settings();
    const ran = await shell.exec(`kept=1; printf first; ${text}; touch later`, { timeoutMs: 150 });
    expect(ran).toMatchObject({ outcome: 'timed_out', exitCode: 124, shellAlive: true });
    expect(ran.out.startsWith('first')).toBe(true);
    expect(existsSync(`${shell.scratch}/later`)).toBe(false);
    expect((await shell.exec('echo $kept')).out).toBe('1\r\n');
    expect(await settings()).toBe(before);
  });
});

describe('jobs', () => {
  test('Ctrl-Z stops a program, and fg brings it back', async () => {
    const shell = await openTestTerminal();
    const stopped = shell.exec('printf begun; bash -c "read x; echo got \\$x"');
    await untilShown(shell, 'begun');
    await shell.terminal?.press(['C-z']);
    expect((await stopped).exitCode).toBe(148);
    expect((await shell.exec('jobs')).out).toContain('Stopped');
    const back = shell.exec('fg');
    await shell.terminal?.press(['line', 'Enter']);
    expect((await back).out).toContain('got line\r\n');
    expect((await shell.exec('jobs')).out).toBe('');
  });

  test('one that was brought to the foreground is ended with the command that did', async () => {
    const shell = await openTestTerminal();
    const stopped = shell.exec('printf begun; sleep 30');
    await untilShown(shell, 'begun');
    await shell.terminal?.press(['C-z']);
    await stopped;
    const back = await shell.exec('fg; touch later', { timeoutMs: 200 });
    expect(back).toMatchObject({ outcome: 'timed_out', shellAlive: true });
    expect((await shell.exec('jobs; ls later')).out).toMatch(/^ls: /);
  });

  test('one in the background is neither waited for nor interrupted, and its end is told', async () => {
    const shell = await openTestTerminal();
    expect((await shell.exec('sleep 300 & echo at once')).out).toContain('at once\r\n');
    const ran = shell.exec('printf begun; sleep 30');
    await untilShown(shell, 'begun');
    // Not between bash's own word and the start of the program.
    await until(() => readChildren(shell.bashPid).some(({ pid }) => readCommandLine(pid) === 'sleep\0' + '30\0'));
    await shell.terminal?.press(['C-c']);
    expect((await ran).exitCode).toBe(130);
    expect((await shell.exec('jobs -r; kill %1; wait %1; echo $?')).out).toMatch(/Running(?:.|\s)*143\r\n$/);
  });
});
