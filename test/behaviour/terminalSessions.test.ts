/** A session with a terminal is a session: it is kept, ended, interrupted and restored as any other. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { limits } from '../../sql/contract.ts';
import { expectProblem } from '../functions/api/client.ts';
import { timedOut } from './ends/marks.ts';
import { TerminalShell } from './screen.ts';
import { until, useStack } from './stack.ts';

const stack = useStack();
const open = (options: object = {}) => TerminalShell.open(stack().api, options);
/** Reads keys as they come, unseen. */
const raw = 'stty raw -echo; printf ready;';

describe('what it keeps', () => {
  test.concurrent.each(['exit 3', 'kill -9 $$', 'exec true'])(
    'after %s the next shell has the state, and a blank screen',
    async (text) => {
      const shell = await open();
      await shell.run(
        `cd /usr; export A=1; b=(x y); f() { echo "f$A"; }; alias ll='echo aliased'; set -o pipefail; umask 027`,
      );
      expect(await shell.run(`echo seen; ${text}`)).toMatchObject({ state: 'shell_exited', stdout: 'seen\r\n' });
      expect(await shell.screen()).toMatchObject({ generation: 1, text: 'seen\n' });
      const next = await shell.run(
        'pwd; f; declare -p b; ll; umask; tty >/dev/null && echo $TERM; set -o | grep pipefail',
      );
      expect(next).toMatchObject({ generation: 2, exit_code: 0 });
      expect(next.stdout.replaceAll('\r', '')).toMatch(
        /^\/usr\nf1\ndeclare -a b=.*\naliased\n0027\nxterm-256color\npipefail +\ton\n$/,
      );
      expect((await shell.screen()).text).toMatch(/^\/usr\nf1\n/);
    },
  );

  test.concurrent('idle for its time, its shell ends; keys open the next one, with the state', async () => {
    const shell = await open({ idle_timeout: '300ms' });
    await shell.run('cd /usr; kept=1; echo before');
    await until(async () => (await shell.session()).state === 'detached');
    expect(stack().processes(shell.id)).toEqual([]);
    expect((await shell.screen()).text).toBe('before\n');
    await shell.press('typed', 'Enter');
    expect((await shell.shows('typed')).generation).toBe(2);
    expect((await shell.run('echo "in $PWD, kept $kept"')).stdout).toContain('in /usr, kept 1\r\n');
  });

  test.concurrent('the screen, before a command is said to have ended', async () => {
    const shell = await open();
    for (let round = 0; round < 30; round += 1) {
      await shell.run(`printf '\\e[H\\e[2Jround ${round}'`);
      expect((await shell.screen()).text).toBe(`round ${round}\n`);
    }
  });

  test.concurrent('stdout and stderr as one stream, and nothing of the shell itself', async () => {
    const shell = await open();
    const ran = await shell.run('echo out; echo err >&2; PS1=prompt; false');
    expect(ran).toMatchObject({ stdout: 'out\r\nerr\r\n', stderr: '', exit_code: 1 });
    expect((await shell.screen()).text).toBe('out\nerr\n');
  });
});

describe('what ends in it', () => {
  const endless = ['sleep 60', 'while :; do :; done', 'sleep 60 | cat', 'read x', `bash -c 'stty raw -echo; sleep 60'`];
  test.concurrent.each(endless)('interrupt ends %s', async (text) => {
    const shell = await open();
    const command = await shell.start(`kept=1; printf ready; ${text}; echo late`);
    await shell.shows('ready');
    await until(async () => (await command.now()).stdout.includes('ready'));
    await shell.interrupt();
    expect(await command.ended()).toMatchObject({ state: 'exited', exit_code: 130 });
    expect((await shell.run('echo $kept')).stdout).toBe('1\r\n');
  });

  test.concurrent.each(endless.slice(0, 4))('C-c ends %s', async (text) => {
    const shell = await open();
    const command = await shell.start(`printf ready; ${text}; echo late`);
    await shell.shows('ready');
    await shell.press('C-c');
    const ended = await command.ended();
    expect(ended).toMatchObject({ state: 'exited', exit_code: 130 });
    expect(ended.stdout).not.toContain('late');
  });

  test.concurrent('a timeout leaves the terminal as it was before', async () => {
    const shell = await open();
    const settings = async () => (await shell.run('echo $(stty -g)')).stdout;
    const before = await settings();
    const ended = await timedOut(stack(), shell, `bash -c '${raw} : >up; sleep 60; :'`);
    expect(ended.stdout).toContain('ready');
    expect(await settings()).toContain(before);
  });

  test.concurrent('C-z stops a program, and fg brings it back', async () => {
    const shell = await open();
    const stopped = await shell.start(`bash -c 'printf ready; read x; echo got $x'`);
    await shell.shows('ready');
    await shell.press('C-z');
    expect(await stopped.ended()).toMatchObject({ state: 'exited', exit_code: 148 });
    expect((await shell.run('jobs')).stdout).toContain('Stopped');
    const back = await shell.start('fg');
    await shell.press('line', 'Enter');
    expect((await back.ended()).stdout).toContain('got line\r\n');
  });

  test.concurrent('deleting the session ends all that runs; what was seen last stays', async () => {
    const shell = await open();
    const command = await shell.start(`(setsid sleep 60 &); sleep 60 & echo seen; cat`);
    await shell.shows('seen');
    await shell.close();
    expect(await command.ended()).toMatchObject({ state: 'killed' });
    await until(() => stack().processes(shell.id).length === 0);
    expect((await shell.screen()).text).toMatch(/^seen\n/);
    expectProblem(await shell.tryPress('a'), 409, 'session_closed');
  });
});

describe('keys', () => {
  test.concurrent('sent right after a command reach it, however long its shell takes to open', async () => {
    const shell = await open();
    const command = await shell.start('read -r a; read -r b; echo "$a, then $b"');
    await shell.press('first', 'Enter');
    await shell.press('second', 'Enter');
    expect((await command.ended()).stdout).toMatch(/first, then second\r\n$/);
  });

  test.concurrent('in many calls keep their order, and none is lost', async () => {
    const shell = await open();
    const bytes = 60_000;
    const command = await shell.start(`${raw} head -c ${bytes} | sha256sum; stty cooked`);
    await shell.shows('ready');
    const hash = createHash('sha256');
    for (let sent = 0; sent < bytes; sent += 500) {
      const text = String(sent).padStart(500, '-');
      hash.update(text);
      await shell.press({ text });
    }
    expect((await command.ended()).stdout).toContain(hash.digest('hex'));
  });

  test.concurrent('beyond what may wait are refused; what was taken arrives when a program reads', {
    timeout: 60_000,
  }, async () => {
    const shell = await open();
    const command = await shell.start(`${raw} sleep 300`);
    await shell.shows('ready');
    const text = 'x'.repeat(limits.keysBytesMax);
    let taken = 0;
    let answer = await shell.tryPress({ text });
    for (; answer.status === 202; answer = await shell.tryPress({ text })) taken += text.length;
    expectProblem(answer, 429, 'keys_full');
    expect(taken).toBeGreaterThan(limits.keysWaitingBytesMax / 2);
    expect(taken).toBeLessThan(limits.keysWaitingBytesMax * 2);
    await shell.interrupt();
    expect(await command.ended()).toMatchObject({ state: 'exited' });
    const reads = await shell.run(`stty raw -echo; head -c ${taken} | wc -c; stty cooked`);
    expect(reads.stdout).toContain(`${taken}`);
  });
});
