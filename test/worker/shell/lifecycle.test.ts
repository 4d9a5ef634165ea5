import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { endTrees, openShell, type ShellExit, ShellOpenError } from '../../../worker/shell/index.ts';
import { areHeld, exec, isAlive, openTestShell, temporaryDirectory, until } from './support.ts';

/** A hundred shells take five seconds where nothing else runs. */
const longMs = 120_000;
/** Jobs that are hard to find: orphaned, in sessions of their own, without environment, ignoring signals. */
const hardJobs = [
  "(setsid bash -c 'echo $$ >a.pid; exec sleep 300' >/dev/null 2>&1 &)",
  '( (trap "" HUP TERM INT; echo $BASHPID >b.pid; while :; do sleep 300; done) & )',
  "nohup bash -c 'echo $$ >c.pid; exec sleep 300' >/dev/null 2>&1 & disown",
  "(env -i bash -c 'echo $$ >d.pid; exec sleep 300' &)",
  "(env -i setsid bash -c 'echo $$ >e.pid; exec sleep 300' &)",
  'until [ -s a.pid ] && [ -s b.pid ] && [ -s c.pid ] && [ -s d.pid ] && [ -s e.pid ]; do /bin/sleep 0.01; done',
].join('\n');

function writtenPids(directory: string): number[] {
  const names = readdirSync(directory)
    .filter((name) => name.endsWith('.pid'))
    .sort();
  return names.map((name) => Number(readFileSync(`${directory}/${name}`, 'latin1')));
}

describe('closing a shell', () => {
  test('ends everything it ever started, and leaves no file', async () => {
    const shell = await openTestShell({ graceMs: 200 });
    await shell.exec(hardJobs);
    const pids = writtenPids(shell.scratch);
    expect(pids.map(isAlive)).toEqual([true, true, true, true, true]);
    await shell.close();
    expect([...pids, shell.pid].filter(isAlive)).toEqual([]);
    expect(readdirSync(shell.directory)).toEqual([]);
    await shell.close();
    await expect(shell.exec('true')).rejects.toThrow('The shell is gone.');
  });

  test('ends a running command first', async () => {
    const shell = await openTestShell({ graceMs: 200 });
    const ran = shell.exec(': >up; sleep 30; touch later');
    await until(() => existsSync(`${shell.scratch}/up`));
    await shell.close();
    expect(await ran).toMatchObject({ outcome: 'killed' });
    expect(existsSync(`${shell.scratch}/later`)).toBe(false);
  });

  test('ends the jobs of a shell that has died', async () => {
    const shell = await openTestShell({ graceMs: 200 });
    await shell.exec(hardJobs);
    await shell.exec('kill -9 $$');
    const pids = writtenPids(shell.scratch);
    expect(pids.map(isAlive)).toEqual([true, true, true, true, true]);
    await shell.close();
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test('runs its EXIT trap', async () => {
    const shell = await openTestShell();
    await shell.exec("trap 'touch bye' EXIT");
    await shell.close();
    expect(existsSync(`${shell.scratch}/bye`)).toBe(true);
  });

  test('does not depend on the shell wanting to', async () => {
    const shell = await openTestShell({ graceMs: 200 });
    await shell.exec("IGNOREEOF=1000000000; trap '' HUP TERM INT; trap 'while :; do :; done' EXIT");
    await shell.close();
    expect(isAlive(shell.pid)).toBe(false);
  });
});

const shells = areHeld() ? 5 : 100;

test(`${shells} shells opened and closed leave no process, no descriptor, no file`, { timeout: longMs }, async () => {
  const directory = temporaryDirectory();
  const cycle = async () => {
    const shell = await openTestShell({ directory });
    await shell.exec('echo x; sleep 300 &');
    await shell.close();
    return shell.pid;
  };
  await cycle();
  const descriptors = () => readdirSync('/proc/self/fd').length;
  const before = descriptors();
  const pids: number[] = [];
  for (let round = 0; round < shells; round++) pids.push(await cycle());
  expect(pids.filter(isAlive)).toEqual([]);
  expect(readdirSync(directory)).toEqual([]);
  await until(() => descriptors() <= before);
});

describe('the end of bash is told once', () => {
  test.each<[string, ShellExit]>([
    ['exit 3', { exitCode: 3, signal: null }],
    ['kill -9 $$', { exitCode: null, signal: 'SIGKILL' }],
    ['(sleep 0.05; kill -9 $$) &', { exitCode: null, signal: 'SIGKILL' }],
  ])('%s', async (text, expected) => {
    const exits: ShellExit[] = [];
    const shell = await openTestShell({ onExit: (exit) => void exits.push(exit) });
    await shell.exec(text);
    await until(() => exits.length > 0);
    await shell.close();
    // Elsewhere a signal is told as bash tells it.
    expect(exits).toEqual([areHeld() && expected.signal ? { exitCode: 137, signal: null } : expected]);
  });
});

describe('a shell that cannot be opened', () => {
  const options = { id: 'x', cwd: '/', environment: { PATH: '/usr/bin:/bin' } };
  test.each([
    ['without bash', { environment: { PATH: '/nowhere' } }, /ENOENT/],
    [
      'whose bash ends at once',
      { environment: { ...options.environment, PROMPT_COMMAND: 'exit 4' } },
      /ended at once \(4\)/,
    ],
  ])('%s is refused, and leaves nothing', async (_, more, message) => {
    const directory = temporaryDirectory();
    const opened = openShell({ ...options, directory, ...more });
    await expect(opened).rejects.toThrow(ShellOpenError);
    await expect(opened).rejects.toThrow(message);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('another process ends the shells of one that died', () => {
  test.each(['by id', 'by id and process'])('%s, and nothing of their lists runs on', async (how) => {
    const shell = await openTestShell();
    const other = await openTestShell();
    await shell.exec(hardJobs);
    const ran = shell.exec(': >up; sleep 30; touch later');
    await until(() => existsSync(`${shell.scratch}/up`));
    await endTrees(how === 'by id' ? [shell.id] : [{ id: shell.id, shellPid: shell.pid }], 200);
    // What cleared its environment is known by its session, and what left that too only to whom has its streams.
    const known = how === 'by id' ? 'abc' : 'abcd';
    const mustBeGone = writtenPids(shell.scratch).slice(0, known.length);
    expect([...mustBeGone, shell.pid].filter(isAlive)).toEqual([]);
    expect(existsSync(`${shell.scratch}/later`)).toBe(false);
    expect(await ran).toMatchObject({ outcome: 'shell_exited', signal: areHeld() ? null : 'SIGKILL' });
    expect((await other.exec('echo on')).out).toBe('on\n');
  });
});

describe.skipIf(process.getuid?.() !== 0 || areHeld())('a shell with an account of its own', () => {
  const account = { uid: 65_534, gid: 65_534 };

  test('runs as it, and may neither list nor change what is private', async () => {
    const shell = await openTestShell({ account, cwd: '/tmp' });
    const { out } = await shell.exec(
      `id -u; id -G; ls ${shell.directory}; rm -rf ${shell.directory}; echo x >${shell.directory}/new; echo $?`,
    );
    expect(out).toBe('65534\n65534\n1\n');
    expect(await shell.exec('echo still; false', { stdin: Buffer.from('x'), environment: { A: '1' } })).toMatchObject({
      out: 'still\n',
    });
    for (const name of readdirSync(shell.directory)) {
      expect(statSync(`${shell.directory}/${name}`).mode & 0o077).toBe(0);
    }
    await shell.exec('sleep 30', { timeoutMs: 50 });
    await shell.close();
    expect(readdirSync(shell.directory)).toEqual([]);
  });

  test('cannot be read by another account', async () => {
    const shell = await openTestShell({ account, cwd: '/tmp' });
    await shell.exec('secret=1');
    const other = await openTestShell({ account: { uid: 65_533, gid: 65_533 }, cwd: '/tmp' });
    const { out } = await other.exec(
      `cat ${shell.directory}/command; cat /proc/${shell.pid}/environ; kill -9 ${shell.pid}; echo end`,
    );
    expect(out).toBe('end\n');
    expect((await shell.exec('echo $secret')).out).toBe('1\n');
  });
});

test('a directory may be used by one shell after another', async () => {
  const directory = temporaryDirectory();
  mkdirSync(`${directory}/kept`);
  const first = await openTestShell({ directory });
  await first.exec('kill -9 $$');
  const second = await openTestShell({ directory });
  await first.close();
  expect((await exec(second, 'echo on')).out).toBe('on\n');
});
