import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasChild, writtenPids } from './programs.ts';
import { areHeld, fileExists, isAlive, openTestShell, type Ran, type TestShell } from './support.ts';

/** Runs a command that makes `up` when it is in the middle, and ends it there. */
async function endInTheMiddle(shell: TestShell, text: string): Promise<Ran> {
  const ran = shell.exec(text);
  await fileExists(`${shell.scratch}/up`);
  await shell.end('killed');
  return ran;
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

  const slowLoop = ['until false; do sleep 0.2; done'];
  const quickLoops = [
    ["trap ':' EXIT; while :; do sleep 0.02 2>/dev/null; done"],
    ['until false; do sleep 0.002; done'],
    ['for i in $(seq 100000); do date; done'],
    ['find / 2>/dev/null | while read f; do basename "$f"; done'],
    ["bash -c 'while :; do sleep 0.01; done'"],
    ['while :; do (sleep 0.01; :); done'],
    ['while :; do x=$(date); done'],
  ];
  // Each time it is somewhere else in its loop. Elsewhere it is looked at too slowly for quick ones.
  test.each(areHeld() ? [slowLoop] : [slowLoop, ...quickLoops])(
    'of %s keeps the shell each time',
    { timeout: 60_000 },
    async (text) => {
      const shell = await openTestShell();
      await shell.exec('kept=1; sleep 300 & exec 7>kept');
      for (let round = 0; round < 10; round += 1) {
        const ran = await shell.exec(`: >up; ${text}; touch later`, { timeoutMs: 100 + 3 * round });
        expect(ran, `round ${round}`).toMatchObject({ outcome: 'timed_out', exitCode: 124, shellAlive: true, jobs: 1 });
      }
      expect((await shell.exec('echo $kept; jobs -p | wc -l; echo 2 >&7; cat kept; ls later')).out).toBe('1\n1\n2\n');
    },
  );

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
    if (shellAlive) expect(ran.stateProblem).toBeNull();
    else
      expect(ran.stateProblem).toMatch(/^Its shell could not be brought back .*background jobs .*start the jobs again/);
    expect(existsSync(`${shell.scratch}/later`)).toBe(false);
  });

  test('ends a command that has its shell go on whenever it is stopped', async () => {
    const shell = await openTestShell({ graceMs: 300 });
    const again = `(trap '' INT TERM; while kill -CONT $$; do :; done) & : >up; sleep 30`;
    expect(await endInTheMiddle(shell, again)).toMatchObject({ outcome: 'killed' });
  });

  test('is not undone by interrupts that come at once', async () => {
    const shell = await openTestShell();
    const ran = shell.exec(': >up; sleep 30');
    await fileExists(`${shell.scratch}/up`);
    const ended = shell.end('killed');
    for (const name of ['SIGINT', 'SIGINT'] as const) shell.signal(name);
    await ended;
    expect(await ran).toMatchObject({ outcome: 'killed' });
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
