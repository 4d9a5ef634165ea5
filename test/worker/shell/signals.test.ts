/** Signals to what runs. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { within } from '../../../worker/shell/ending.ts';
import { readProcess } from '../../../worker/shell/processes.ts';
import { childrenOf, hasChild, writtenPids } from './programs.ts';
import { fileExists, isAlive, openTestShell, until } from './support.ts';

describe('a signal', () => {
  test.each([
    ['while :; do :; done', 130],
    ['sleep 30', 130],
    ['sleep 30 | cat', 130],
    ['for i in 1 2 3; do sleep 30; done', 130],
    // While it starts up it fails of an interrupt, and does not die of it: it says itself when it has.
    [`python3 -c 'import time; open("started", "w"); time.sleep(30)'`, 130],
    ['timeout 20 sleep 20', 130],
    ['read x <> <(:)', 130],
  ])('INT interrupts %s as Ctrl-C would', async (text, exitCode) => {
    const shell = await openTestShell();
    const ran = shell.exec(`: >up; ${text}; touch later`);
    await fileExists(`${shell.scratch}/up`);
    if (text.includes('started')) await fileExists(`${shell.scratch}/started`);
    await until(() => isUnderWay(shell.bashPid, text));
    expect(shell.signal('SIGINT')).toBe(true);
    expect(await ran).toMatchObject({ outcome: 'exited', exitCode, shellAlive: true });
    expect(existsSync(`${shell.scratch}/later`)).toBe(false);
    expect((await shell.exec('echo $?')).out).toBe('130\n');
  });

  test('INT ends a loop of short commands wherever it is in it', async () => {
    const shell = await openTestShell();
    for (let round = 0; round < 10; round += 1) {
      const ran = shell.exec(`: >up${round}; while :; do sleep 0.01; done; touch later`);
      await fileExists(`${shell.scratch}/up${round}`);
      shell.signal('SIGINT');
      expect(await ran, `round ${round}`).toMatchObject({ outcome: 'exited', exitCode: 130 });
    }
    expect(existsSync(`${shell.scratch}/later`)).toBe(false);
  });

  test('INT reaches a trap of the user’s own in such a loop', async () => {
    const shell = await openTestShell();
    const ran = shell.exec("n=0; trap ': >$((++n))' INT; : >up; while ((n < 10)); do sleep 0.01; done");
    await fileExists(`${shell.scratch}/up`);
    for (let round = 1; round <= 10; round += 1) {
      shell.signal('SIGINT');
      // On a machine with many times its load bash may take one for dealt with by what it waits for: then one presses it again.
      while (!(await within(fileExists(`${shell.scratch}/${round}`), 1_000))) shell.signal('SIGINT');
    }
    expect(await ran).toMatchObject({ outcome: 'exited', shellAlive: true });
  });

  test.each<[NodeJS.Signals, number]>([
    ['SIGTERM', 143],
    ['SIGKILL', 137],
    ['SIGUSR1', 138],
  ])('%s ends the foreground program, and the list goes on', async (name, exitCode) => {
    const shell = await openTestShell();
    const ran = shell.exec('sleep 30 & echo $! >a.pid; sleep 31; echo $?');
    await until(() => hasChild(shell.bashPid, 'sleep\0' + '31'));
    shell.signal(name);
    expect(await ran).toMatchObject({ outcome: 'exited', exitCode: 0, out: `${exitCode}\n` });
    expect(writtenPids(shell).map(isAlive)).toEqual([true]);
  });

  test('a process that ignores INT outlives two of them, and ends by KILL', async () => {
    const shell = await openTestShell();
    const ran = shell.exec(`bash -c "trap '' INT; : >up; exec sleep 30"`);
    await fileExists(`${shell.scratch}/up`);
    expect([shell.signal('SIGINT'), shell.signal('SIGINT'), shell.signal('SIGKILL')]).toEqual([true, true, true]);
    expect(await ran).toMatchObject({ outcome: 'exited', exitCode: 137 });
  });

  test('to nothing is refused', async () => {
    const shell = await openTestShell();
    await shell.exec('sleep 30 &');
    expect(shell.signal('SIGINT')).toBe(false);
  });
});

/** Does bash loop, wait for input, or wait for its last program? */
function isUnderWay(pid: number, text: string): boolean {
  if (text.startsWith('while')) return true;
  if (text.startsWith('read')) return readProcess(pid)?.state === 'S' && !hasChild(pid);
  // Before it waits for its own program, timeout exits of an interrupt and does not die of it; before it sleeps, python sleeps all the same.
  if (/^(timeout|python)/.test(text))
    return childrenOf(pid).some(
      (child) => readProcess(child)?.state === 'S' && (text.startsWith('python') || hasChild(child, 'sleep')),
    );
  return hasChild(pid, text.endsWith('cat') ? 'cat' : '');
}
