/** Where no shell can be held, or no command be begun. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NotStartedError, openShell, ShellGoneError, ShellOpenError } from '../../../../worker/shell/index.ts';
import { fileExists, openTestShell, temporaryDirectory } from '../support.ts';
import { useHolder } from './holder.ts';

const { by } = useHolder();

describe('where no shell can be held', () => {
  const options = { id: randomUUID(), cwd: '', environment: { A: 'x' } };
  test.each([
    ['no such program', ['/no/such/program', 'bash'], /could not be started: .*ENOENT/],
    [
      'a program that fails',
      ['sh', '-c', 'echo No such container: x >&2; exit 125'],
      /ended with 125: No such container: x/,
    ],
    ['something else than bash', ['sh', '-c', 'exec cat >/dev/null & exec 1>&-; echo said >&2; wait'], /ended/],
    ['no bash', ['sh', '-c', 'exec nosuchbash'], /nosuchbash: not found/],
    ['no tools', ['env', 'PATH=/no/where', '/bin/bash'], /There is no program 'mktemp' there/],
  ])('since there is %s, that is said at once', async (_, words, message) => {
    const opened = openShell({
      ...options,
      directory: temporaryDirectory(),
      restore: Buffer.from('a=1\0'),
      ...by(words),
    });
    await expect(opened).rejects.toThrow(ShellOpenError);
    await expect(opened).rejects.toThrow(message);
  });

  test('since it is to have a terminal, that is said', async () => {
    const opened = openShell({
      ...options,
      directory: temporaryDirectory(),
      ...by(['bash']),
      terminal: { cols: 80, rows: 24 },
    });
    await expect(opened).rejects.toThrow(/has a terminal \(tty\).*LIMPET_SHELL_TEMPLATE/);
  });

  test('since its bash is not there, that is said, and no agent is left', async () => {
    const directory = temporaryDirectory();
    const words = ['env', `TMPDIR=${directory}`, 'bash'];
    await expect(openShell({ ...options, directory, program: 'nosuchbash', ...by(words) })).rejects.toThrow(
      /bash ended at once \(127\)/,
    );
    // The agent tells, and then takes its directory away.
    await expect.poll(() => readdirSync(directory)).toEqual([]);
  });
});

describe('FIFOs that are removed cost the shell, and nothing else', () => {
  test('by a command', async () => {
    const shell = await openTestShell(by(['bash']));
    const ran = await shell.exec('echo here; rm -f "$__limpet_d"/*');
    expect(ran).toMatchObject({ outcome: 'shell_exited', exitCode: 0, out: 'here\n', state: null });
  });

  test('between two of them, and the second was not begun', async () => {
    const shell = await openTestShell(by(['bash']));
    await shell.exec('(until [ -e go ]; do sleep 0.01; done; rm -f "$__limpet_d"/*; : >gone) &');
    writeFileSync(`${shell.scratch}/go`, '');
    await fileExists(`${shell.scratch}/gone`);
    await expect(shell.exec(': >begun')).rejects.toThrow(ShellGoneError);
    expect(existsSync(`${shell.scratch}/begun`)).toBe(false);
  });
});

const full = [
  'bwrap',
  '--ro-bind',
  '/',
  '/',
  '--size',
  '1048576',
  '--tmpfs',
  '/tmp',
  '--unshare-pid',
  '--proc',
  '/proc',
  '--dev',
  '/dev',
];
const hasWalls = spawnSync('bwrap', [...full.slice(1), 'true']).status === 0;

test.skipIf(!hasWalls)('a command for whose text there is no room is not begun, and the shell goes on', async () => {
  const shell = await openTestShell({ cwd: '/', ...by([...full, '--die-with-parent', 'env', 'TMPDIR=/tmp', 'bash']) });
  const refused = shell.exec(`echo begun # ${'x'.repeat(2 * 1024 * 1024)}`, { onOutput: () => expect.unreachable() });
  await expect(refused).rejects.toThrow(NotStartedError);
  await expect(refused).rejects.toMatchObject({ code: 'ENOSPC', message: expect.stringContaining('did not run') });
  expect(await shell.exec('echo on; cat', { stdin: Buffer.from('given') })).toMatchObject({ out: 'on\ngiven' });
});
