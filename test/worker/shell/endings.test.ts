import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCommandLine, readProcess } from '../../../worker/shell/processes.ts';
import { areHeld, fileExists, isAlive, openTestShell, type Ran, type TestShell, until } from './support.ts';

/** Runs a command that makes `up` when it is in the middle, and ends it there. */
async function endInTheMiddle(shell: TestShell, text: string): Promise<Ran> {
  const ran = shell.exec(text);
  await fileExists(`${shell.scratch}/up`);
  await shell.end('killed');
  return ran;
}

/** The process ids that the commands wrote into files of the scratch directory. */
function writtenPids(shell: TestShell): number[] {
  const files = readdirSync(shell.scratch).filter((name) => name.endsWith('.pid'));
  return files.map((name) => Number(readFileSync(`${shell.scratch}/${name}`, 'latin1')));
}

describe('a timeout', () => {
  test.each([
    ['sleep 30 | cat'],
    ['while :; do :; done'],
    ['sleep 30; touch later'],
    ["bash -c 'sleep 30; :'"],
    ['read x < <(sleep 30)'],
    ['x=$(sleep 30)'],
    ['sleep 30 & wait'],
    ['kill -STOP $$'],
  ])('ends %s with 124, and the shell goes on', async (text) => {
    const shell = await openTestShell();
    const ran = await shell.exec(`kept=1; echo first; ${text}; touch later`, { timeoutMs: 100 });
    expect(ran).toMatchObject({ outcome: 'timed_out', exitCode: 124, out: 'first\n', shellAlive: true });
    expect(existsSync(`${shell.scratch}/later`)).toBe(false);
    expect(hasChild(shell.bashPid)).toBe(false);
    expect((await shell.exec('echo $kept')).out).toBe('1\n');
  });

  test('keeps all output until then', async () => {
    const shell = await openTestShell();
    const { out } = await shell.exec('for i in $(seq 4000); do echo line $i; done; sleep 30', { timeoutMs: 500 });
    expect(out.split('\n').length).toBe(4001);
    expect(out).toMatch(/^line 1\n(?:.*\n)*line 4000\n$/);
  });

  test('does nothing to a command that ended before', async () => {
    const shell = await openTestShell();
    expect(await shell.exec('true', { timeoutMs: 60_000 })).toMatchObject({ outcome: 'exited', exitCode: 0 });
  });
});

// Only what bash itself waits for then is in the foreground: a subshell about to exit in peace would cost the shell.
const onceWritten = 'until [ -s a.pid ]; do :; done; : >up; sleep 30';

describe('a kill', () => {
  test.each([
    ['a program', ': >up; sleep 30'],
    ['a pipeline', ': >up; sleep 30 | cat | cat'],
    ['three levels', `bash -c 'bash -c "echo \\$\\$ >a.pid; : >up; sleep 30; :"; :'`],
    ['setsid', "setsid -w bash -c 'echo $$ >a.pid; : >up; exec sleep 30'"],
    ['nohup in the background', 'nohup sleep 30 >/dev/null 2>&1 & echo $! >a.pid; : >up; sleep 30'],
    ['a double fork', `(setsid bash -c 'echo $$ >a.pid; exec sleep 30' >/dev/null 2>&1 &); ${onceWritten}`],
    ['what gave up all but its output', `(env -i setsid bash -c 'echo $$ >a.pid; exec sleep 30' &); ${onceWritten}`],
    ['a subshell that was orphaned', `( (echo $BASHPID >a.pid; while :; do sleep 1; done) & ); ${onceWritten}`],
  ])('ends %s, and the shell goes on', async (_, text) => {
    const shell = await openTestShell();
    const ran = shell.exec(`${text}; touch later`);
    await fileExists(`${shell.scratch}/up`);
    await shell.end('killed');
    expect(await ran).toMatchObject({ outcome: 'killed', shellAlive: true });
    expect(writtenPids(shell).filter(isAlive)).toEqual([]);
    expect(existsSync(`${shell.scratch}/later`)).toBe(false);
    expect((await shell.exec('echo on')).out).toBe('on\n');
  });

  test("runs the shell's own TERM trap, with the command's output, and nothing after the command", async () => {
    const shell = await openTestShell();
    const ran = await endInTheMiddle(shell, "trap 'echo bye; touch M' TERM; : >up; sleep 30; touch L");
    expect(ran).toMatchObject({ outcome: 'killed', out: 'bye\n', shellAlive: true });
    expect(readdirSync(shell.scratch).sort()).toEqual(['M', 'up']);
  });

  test.each([
    ['ignores TERM', `bash -c "trap '' TERM; : >up; sleep 30"`, true],
    ['ignores INT', `bash -c "trap '' INT; : >up; sleep 30"`, false],
    ['ignores both', `bash -c "trap '' INT TERM; : >up; while :; do sleep 30; done"`, false],
    ['catches INT and ends as if nothing had been', `bash -c "trap 'exit 0' INT; : >up; sleep 30"`, false],
    ['is started by a shell that ignores INT', `trap '' INT; : >up; sleep 30`, false],
    ['is started by a shell that traps INT', `trap 'echo INT' INT; : >up; sleep 30`, false],
    ['is bash itself, ignoring everything', `trap '' INT TERM; : >up; while :; do :; done`, false],
  ])('ends what %s, and runs nothing after it', async (_, text, shellAlive) => {
    const shell = await openTestShell({ graceMs: 300 });
    const ran = await endInTheMiddle(shell, `${text}; touch later`);
    expect(ran).toMatchObject({ outcome: 'killed', shellAlive });
    if (!shellAlive) expect(ran).toMatchObject({ exitCode: 137, signal: 'SIGKILL', state: null });
    expect(existsSync(`${shell.scratch}/later`)).toBe(false);
  });

  test('leaves the background jobs of earlier commands alone', async () => {
    const shell = await openTestShell();
    await shell.exec('sleep 30 & echo $! >a.pid; (while :; do sleep 0.02; done) & echo $! >b.pid');
    await shell.exec('(setsid bash -c "echo \\$\\$ >c.pid; exec sleep 30" &); until [ -s c.pid ]; do :; done');
    await endInTheMiddle(shell, 'sleep 30 & echo $! >d.pid; : >up; sleep 30');
    expect(writtenPids(shell).map(isAlive)).toEqual([true, true, true, false]);
  });

  test('of nothing does nothing', async () => {
    const shell = await openTestShell();
    await shell.end('killed');
    expect(await shell.exec('echo on')).toMatchObject({ out: 'on\n', outcome: 'exited' });
  });

  test('as the command ends is reported as what came first', async () => {
    let shell = await openTestShell();
    for (let round = 0; round < (areHeld() ? 10 : 50); round++) {
      const done = `${shell.scratch}/${round}`;
      const ran = shell.exec(`touch ${done}`);
      if (round % 2) await fileExists(done);
      await shell.end('killed');
      const { outcome, exitCode, shellAlive } = await ran;
      expect(['exited', 'killed']).toContain(outcome);
      if (outcome === 'exited') expect([exitCode, shellAlive]).toEqual([0, true]);
      if (!shellAlive) shell = await openTestShell();
    }
    expect((await shell.exec('echo on')).out).toBe('on\n');
  });
});

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

  test('INT reaches a trap of the user’s own in such a loop each time', async () => {
    const shell = await openTestShell();
    const ran = shell.exec("n=0; trap ': >$((++n))' INT; : >up; while ((n < 10)); do sleep 0.01; done");
    await fileExists(`${shell.scratch}/up`);
    for (let round = 1; round <= 10; round += 1) {
      shell.signal('SIGINT');
      await fileExists(`${shell.scratch}/${round}`);
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

function hasChild(pid: number, program = ''): boolean {
  return childrenOf(pid).some((child) => {
    const line = readCommandLine(child);
    return line !== '' && line.startsWith(program) && !line.startsWith('bash\0--noprofile');
  });
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
  } catch {
    return []; // gone meanwhile
  }
}
