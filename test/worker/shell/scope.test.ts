import { existsSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NotStartedError } from '../../../worker/shell/index.ts';
import { openTestShell } from './support.ts';

describe('the environment of one command', () => {
  test('is literal, reaches its programs, and is gone after it', async () => {
    const shell = await openTestShell();
    const environment = { WORD: `$(whoami) \`date\` $PATH 'q' "d" \\ \n end`, EMPTY: '', HOME: '/elsewhere' };
    expect((await shell.exec(`printenv WORD; printf %s "$WORD$EMPTY$HOME"`, { environment })).out).toBe(
      `${environment.WORD}\n${environment.WORD}/elsewhere`,
    );
    expect((await shell.exec(`echo "\${WORD-gone} \${EMPTY-gone} $HOME"`)).out).toBe(`gone gone ${shell.scratch}\n`);
  });

  test.each([
    [
      'what the command declares stays',
      'declare -A m=([a]=1); declare x=2; y=3; export z=4',
      `echo \${m[a]}$x$y$z`,
      '1234\n',
    ],
    ['what it changes of it does not', 'A=changed; export A', `echo \${A-gone}`, 'gone\n'],
    ['neither in POSIX mode', 'set -o posix; A=1', `echo \${A-gone}; set +o posix`, 'gone\n'],
    ['a return value is kept', 'return 3', 'echo $?', '3\n'],
    ['the last argument is kept', 'true last', 'echo $_', 'last\n'],
  ])('%s', async (_, first, second, out) => {
    const shell = await openTestShell();
    await shell.exec(first, { environment: { A: 'a' } });
    expect((await shell.exec(second)).out).toBe(out);
  });

  test('may be 500 KB', async () => {
    const shell = await openTestShell();
    const names = Array.from({ length: 5 }, (_, index) => `BIG${index}`);
    const environment = Object.fromEntries(names.map((name) => [name, 'x'.repeat(100_000)]));
    expect((await shell.exec('env | grep -c ^BIG; env | wc -c', { environment })).out).toMatch(/^5\n50\d{4}\n$/);
  });

  test('is over when the command is interrupted', async () => {
    const shell = await openTestShell();
    await shell.exec('sleep 30', { environment: { A: 'a' }, cwd: '/usr', timeoutMs: 100 });
    expect(await shell.exec(`echo \${A-gone}; pwd`)).toMatchObject({
      out: `gone\n${shell.scratch}\n`,
      cwd: shell.scratch,
    });
  });
});

describe('the directory of one command', () => {
  test('is gone after it, whatever the command did', async () => {
    const shell = await openTestShell();
    await shell.exec('cd /; cd -');
    const inside = await shell.exec('pwd; cd /', { cwd: '/usr' });
    expect(inside).toMatchObject({ out: '/usr\n', cwd: shell.scratch });
    expect((await shell.exec('pwd; cd -')).out).toBe(`${shell.scratch}\n/\n`);
  });

  test('that is missing fails with its name, and nothing runs', async () => {
    const shell = await openTestShell();
    const ran = await shell.exec('touch ran; echo ran', { cwd: '/no/such', environment: { A: 'a' } });
    expect(ran).toMatchObject({ outcome: 'exited', exitCode: 1, out: '', cwd: shell.scratch });
    expect(ran.err).toMatch(/cd: \/no\/such: No such file or directory/);
    expect((await shell.exec('ls')).out).toBe('');
  });

  test('may be named with anything, also -', async () => {
    const shell = await openTestShell();
    await shell.exec(`mkdir -- - $'a\\n\\'b'; CDPATH=/usr; mkdir lib`);
    for (const cwd of ['-', "a\n'b", 'lib']) {
      expect((await shell.exec('pwd', { cwd })).out).toBe(`${shell.scratch}/${cwd}\n`);
    }
  });
});

test('a command may be 1 MiB', async () => {
  const shell = await openTestShell();
  expect((await shell.exec(`${'# filler\n'.repeat(130_000)}echo end`)).out).toBe('end\n');
});

test('a shorter command after a longer one has nothing of it', async () => {
  const shell = await openTestShell();
  await shell.exec(`echo ${'long '.repeat(1000)}`);
  expect((await shell.exec('echo s')).out).toBe('s\n');
});

test('a command whose onStart throws was not started', async () => {
  const shell = await openTestShell();
  const onStart = () => {
    throw new Error('too late');
  };
  await expect(shell.exec('touch ran', { onStart })).rejects.toThrow('too late');
  expect((await shell.exec('ls; echo $?')).out).toBe('0\n');
});

describe('that a command ran is told', () => {
  test.each([
    ['though it unsets what it is told by', 'echo ran; unset __limpet_ran', 'ran\n'],
    ['though it unsets all that can be', 'echo ran; unset $(compgen -v) 2>/dev/null; echo finished', 'ran\nfinished\n'],
    ['though it empties what it is told by, by what it printed', 'echo ran; __limpet_ran=', 'ran\n'],
    ['though what it is told by cannot be changed', 'echo ran; readonly __limpet_ran', 'ran\n'],
  ])('%s', async (_, text, out) => {
    const shell = await openTestShell();
    expect(await shell.exec(text)).toMatchObject({ out, outcome: 'exited', exitCode: 0, shellAlive: true });
    expect(await shell.exec('echo on; false')).toMatchObject({ out: 'on\n', outcome: 'exited', exitCode: 1 });
  });

  test('of none whose streams could not be opened', async () => {
    const shell = await openTestShell();
    await shell.exec('echo ran');
    const onStart = () => rmSync(shell.directory, { recursive: true });
    await expect(shell.exec('touch ran', { onStart })).rejects.toThrow(NotStartedError);
    expect(existsSync(`${shell.scratch}/ran`)).toBe(false);
  });
});

test('a second command at the same time is refused', async () => {
  const shell = await openTestShell();
  const first = shell.exec('sleep 0.05; echo first');
  await expect(shell.exec('echo second')).rejects.toThrow(NotStartedError);
  expect((await first).out).toBe('first\n');
});

test('a user who removes the private directory loses nothing but late output', async () => {
  const shell = await openTestShell();
  expect(await shell.exec(`rm -rf ${shell.directory}; echo removed`)).toMatchObject({ out: 'removed\n' });
  if ((await shell.exec('echo on').catch(() => null)) === null) return;
  rmSync(shell.directory, { recursive: true, force: true });
  expect((await shell.exec('echo again')).out).toBe('again\n');
});
