/** Sessions whose shells are held by a template, through the API: in a container of bubblewrap's where there is one. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Host, Page } from '../../sql/contract.ts';
import { hostAccount } from '../../worker/account.ts';
import { findPossible } from '../../worker/sandbox/profile.ts';
import { Running, Shell } from '../behaviour/shell.ts';
import { call } from '../functions/api/client.ts';
import type { HostProcess } from '../support/host.ts';
import { type Fleet, openFleet } from '../support/openFleet.ts';
import { usualSandbox } from '../support/sandbox.ts';

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const { problem } = findPossible(hostAccount(), path);
const container = [
  'bwrap',
  '--ro-bind',
  '/',
  '/',
  '--tmpfs',
  '/tmp',
  '--bind',
  '{home}',
  '/mnt',
  '--chdir',
  '/mnt',
  '--unshare-pid',
];
const walls = [...container, '--proc', '/proc', '--dev', '/dev', '--die-with-parent', 'env', 'WHO={session}'];
const template = [...(problem === undefined ? walls : ['env', 'WHO={session}']), 'bash'];
const held = { LIMPET_SANDBOX: 'auto', LIMPET_SHELL_TEMPLATE: JSON.stringify(template) };

let fleet: Fleet;
let host: HostProcess;
beforeAll(async () => {
  fleet = await openFleet({});
  host = await fleet.host('held', { env: { ...held, LIMPET_POOL: 'held', LIMPET_GRACE_MS: '500' } });
  await fleet.host('both', { env: { ...held, LIMPET_POOL: 'both', LIMPET_SANDBOX: usualSandbox } });
});
afterAll(() => fleet.stop());

const open = (options: object = {}) => Shell.open(fleet.api, { pool: 'held', ...options });

/** A session of a key that asks for this profile. */
async function openWithKey(sandbox: string, pool: string): Promise<Shell> {
  const json = { name: randomUUID(), scopes: ['execute'], sandbox };
  const made = await call<{ key: string }>(fleet.api, 'POST', '/v1/keys', { json });
  expect(made.status).toBe(201);
  return Shell.open({ ...fleet.api, key: made.body.key }, { pool });
}

describe('a session that a template holds', () => {
  test('is told to be, as is its host, with limits that are the template’s', async () => {
    const shell = await open();
    expect((await shell.run('echo "$WHO"')).stdout).toBe(`${shell.id}\n`);
    const { sandbox } = await shell.session();
    expect(sandbox).toMatchObject({ profile: 'template', network: null });
    for (const limit of Object.values(sandbox?.limits ?? {})) expect(limit).toEqual({ value: null, by: 'template' });
    const hosts = (await call<Page<Host>>(fleet.api, 'GET', '/v1/hosts')).body.items;
    expect(hosts.find(({ name }) => name === 'held')?.sandbox).toEqual({ profile: 'template', network: null });
    expect(hosts.find(({ name }) => name === 'both')?.sandbox?.profile).toBe(usualSandbox);
  });

  test('keeps what a shell keeps, and goes on after it has ended', async () => {
    const shell = await open({ env: { GIVEN: 'here' } });
    await shell.play([
      ['cd /usr; export A=1; f() { echo "f $1 $A $GIVEN"; }; (exit 3)', { exit_code: 3 }],
      ['pwd; f 2; echo problem >&2', { stdout: '/usr\nf 2 1 here\n', stderr: 'problem\n' }],
      ['echo "$A $B"; pwd', { stdout: '1 2\n/\n' }, { env: { B: '2' }, cwd: '/' }],
      ['exit 5', { state: 'shell_exited', exit_code: 5, generation: 1 }],
      ['pwd; f 3', { stdout: '/usr\nf 3 1 here\n', generation: 2 }],
    ]);
  });

  test('takes and gives every byte', async () => {
    const shell = await open();
    const sent = randomBytes(1024 * 1024);
    const running = await shell.start('cat', { interactive: true });
    expect((await running.send(sent, '?eof=true')).status).toBe(204);
    expect((await running.ended()).stdout_bytes).toBe(sent.length);
    expect(Buffer.from((await running.output()).bytes).equals(sent)).toBe(true);
    const great = await shell.run('head -c 10000000 /dev/urandom | tee bytes; sha256sum <bytes >&2', {
      max_output: 20_000_000,
    });
    expect([great.stdout_bytes, great.stderr.length]).toEqual([10_000_000, 68]);
    const stored = await new Running(fleet.api, great.id).output('?stream=stdout');
    expect(`${createHash('sha256').update(stored.bytes).digest('hex')}  -\n`).toBe(great.stderr);
  });

  test('is killed with all that it started, and has its time', async () => {
    const shell = await open();
    const running = await shell.start('(setsid bash -c "exec -a hidden sleep 300" &); echo up; sleep 300; echo later');
    await running.printed('up');
    await running.cancel();
    expect(await running.ended()).toMatchObject({ state: 'killed', stdout: 'up\n' });
    expect(
      (await shell.run('grep -l hidden /proc/[0-9]*/cmdline 2>/dev/null | grep -v self; echo none')).stdout,
    ).toContain('none');
    expect(await shell.run('sleep 300', { timeout: 0.3 })).toMatchObject({ state: 'timed_out', exit_code: 124 });
    expect(await shell.run('echo on')).toMatchObject({ stdout: 'on\n', generation: 1 });
  });

  test('finds nothing of its host’s own environment', async () => {
    const shell = await open();
    const { stdout } = await shell.run(
      'cat /proc/*/environ 2>/dev/null | tr "\\0" "\\n" | grep -c -e postgres: -e LIMPET_WORK; env | grep -c postgres:',
    );
    if (problem === undefined) expect(stdout).toBe('0\n0\n');
    else expect(stdout).toMatch(/\n0\n$/);
  });

  test('has no terminal, and says so', async () => {
    const shell = await open({ tty: true });
    expect((await shell.run('true')).problem).toMatch(/terminal \(tty\).*LIMPET_SHELL_TEMPLATE/);
  });

  test('whose program is ended while a command runs is told apart from a kill', async () => {
    const shell = await open();
    const running = await shell.start('echo up; sleep 300');
    await running.printed('up');
    const opened = host.logged.filter(({ event, session_id }) => event === 'shell_opened' && session_id === shell.id);
    process.kill(-Number(opened.at(-1)?.pid), 'SIGKILL');
    const ended = await running.ended();
    expect(ended).toMatchObject({ state: 'shell_exited', exit_code: null, stdout: 'up\n' });
    expect(ended.problem).toMatch(/connection to the shell ended/);
    expect(await shell.run('echo on')).toMatchObject({ stdout: 'on\n', generation: 2 });
  });
});

describe('a key that asks for', () => {
  test('a template has one on a host that keeps its other shells itself', async () => {
    const [asking, usual] = [await openWithKey('template', 'both'), await open({ pool: 'both' })];
    expect((await asking.run('echo on')).stdout).toBe('on\n');
    expect((await asking.session()).sandbox?.profile).toBe('template');
    await usual.run('true');
    expect((await usual.session()).sandbox?.profile).toBe(usualSandbox);
  });

  test('more than a template is known to give gets no shell from it, and the reason', async () => {
    const shell = await openWithKey('account', 'held');
    expect((await shell.run('echo on')).problem).toMatch(
      /asks for the profile account at least.*LIMPET_SHELL_TEMPLATE/,
    );
  });
});

test('a host that is to use a template and has none does not start', async () => {
  await expect(fleet.host('none', { env: { LIMPET_SANDBOX: 'template' } })).rejects.toThrow(/ended with/);
});
