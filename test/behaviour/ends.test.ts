/** Ends and signals: how a command is ended, and that it is true when it is said. */
import { describe, expect, test } from 'vitest';
import { call } from '../functions/api/client.ts';
import { alive } from '../support/processes.ts';
import { idleProcesses } from '../support/sandbox.ts';
import { interrupts } from './ends/interrupts.ts';
import { isUp, made, noted, timedOut } from './ends/marks.ts';
import { signals } from './ends/signals.ts';
import { Shell } from './shell.ts';
import { until, useStack } from './stack.ts';

const stack = useStack();
const open = () => Shell.open(stack().api);
const trees: [what: string, script: string][] = [
  ['three levels of processes', `bash -c 'bash -c "echo \\$\\$ >a.pid; : >up; sleep 30; :"; :'`],
  ['what called setsid', "setsid -w bash -c 'echo $$ >a.pid; : >up; exec sleep 30'"],
  ['what forked twice', "(setsid bash -c 'echo $$ >a.pid; : >up; exec sleep 30' >/dev/null 2>&1 &); sleep 30"],
  ['nohup in the background', 'nohup sleep 30 >/dev/null 2>&1 & echo $! >a.pid; : >up; sleep 30'],
  ['what cleared its environment', "(env -i setsid bash -c 'echo $$ >a.pid; : >up; exec sleep 30' &); sleep 30"],
  [
    'what left its parent, its session, its environment and its streams',
    "(env -i setsid bash -c 'echo $$ >a.pid; : >up; exec sleep 30' <&- >/dev/null 2>&1 &); sleep 30",
  ],
];

describe('a wait', () => {
  test.concurrent('that is too short answers 202, and the result comes later, once', async () => {
    const shell = await open();
    const answer = await call<{ id: string; state: string }>(stack().api, 'POST', `/v1/sessions/${shell.id}/commands`, {
      json: { command: 'sleep 2; echo late | tee -a file' },
      headers: { Prefer: 'wait=1' },
    });
    expect(answer).toMatchObject({ status: 202, body: { state: 'running' } });
    expect(answer.headers.get('preference-applied')).toBe('wait=1');
    const { body } = await call(stack().api, 'GET', `/v1/commands/${answer.body.id}?wait=25`);
    expect(body).toMatchObject({ state: 'exited', stdout: 'late\n' });
    await shell.play([['cat file', { stdout: 'late\n' }]]);
  });
});

describe('a timeout', () => {
  test.concurrent('ends a pipeline with 124, and nothing of it is left', async () => {
    const shell = await open();
    expect((await timedOut(stack(), shell, 'echo early; : >up; sleep 30 | cat')).stdout).toBe('early\n');
    expect(stack().processes(shell.id)).toHaveLength(idleProcesses);
    await shell.play([['echo on', { stdout: 'on\n', generation: 1 }]]);
  });

  test.concurrent('ends what ignores TERM, after the grace', async () => {
    const shell = await open();
    await timedOut(stack(), shell, `bash -c "trap '' TERM; : >up; sleep 30; :"`);
    expect(stack().processes(shell.id)).toHaveLength(idleProcesses);
  });

  test.concurrent("runs the shell's own TERM trap, and nothing after the command", async () => {
    const shell = await open();
    await timedOut(stack(), shell, "rm -f M; trap 'touch M' TERM; : >up; sleep 30; touch L");
    expect(made(stack(), shell)).toEqual(['M', 'up']);
  });

  test.concurrent('leaves the first and the last line of what was printed', async () => {
    const shell = await open();
    const script = 'for i in $(seq 4000); do echo line $i; done; : >up; sleep 30';
    const { stdout } = await timedOut(stack(), shell, script);
    expect(stdout.split('\n').length).toBe(4001);
    expect(stdout).toMatch(/^line 1\n(?:.*\n)*line 4000\n$/);
  });
});

describe('a kill', () => {
  test.concurrent.each(trees)('ends %s, before it says so', async (_what, script) => {
    const shell = await open();
    const command = await shell.start(`${script}; touch later`);
    await isUp(stack(), shell);
    const pids = noted(stack(), shell);
    expect((await command.cancel()).status).toBe(202);
    expect(await command.ended()).toMatchObject({ state: 'killed' });
    expect([pids.length, alive(pids)]).toEqual([1, []]);
    expect(made(stack(), shell)).not.toContain('later');
    await shell.play([['echo on', { stdout: 'on\n' }]]);
  });

  test.concurrent.each(trees)('by deleting the session ends %s, too', async (_what, script) => {
    const shell = await open();
    const command = await shell.start(script);
    await isUp(stack(), shell);
    const pids = noted(stack(), shell);
    await shell.close();
    expect(await command.ended()).toMatchObject({ state: 'killed' });
    expect([pids.length, alive(pids)]).toEqual([1, []]);
  });

  test.concurrent('of a queued command: its body never ran', async () => {
    const shell = await open();
    const first = await shell.start(': >up; sleep 30');
    const second = await shell.start('touch ran');
    await isUp(stack(), shell);
    for (const command of [second, first]) expect((await command.cancel()).status).toBe(202);
    expect(await second.ended()).toMatchObject({ state: 'cancelled', exit_code: null, started_at: null });
    expect(await first.ended()).toMatchObject({ state: 'killed' });
    await shell.play([['ls ran', { exit_code: 2 }]]);
  });

  test.concurrent('at any moment of a start ends it or keeps it from starting, and is never forgotten', async () => {
    const shell = await open();
    for (let round = 0; round < 20; round += 1) {
      const commands = [await shell.start('sleep 30'), await shell.start('sleep 30')];
      await Promise.all(commands.map((command) => command.cancel()));
      for (const command of commands) expect((await command.ended()).state).toMatch(/killed|cancelled/);
    }
  });

  test.concurrent('by deleting the session at any moment of a start is not forgotten either', async () => {
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const shell = await open();
        const commands = [await shell.start('sleep 30'), await shell.start('sleep 30')];
        await shell.close();
        for (const command of commands) expect((await command.ended()).state).toMatch(/killed|cancelled/);
      }),
    );
  });

  test.concurrent('of a session ends the jobs that its commands left in the background', async () => {
    const shell = await open();
    await shell.play([['sleep 300 & setsid sleep 300 & (nohup sleep 300 >/dev/null 2>&1 &)', { exit_code: 0 }]]);
    await until(() => stack().processes(shell.id).length === idleProcesses + 3);
    await shell.close();
    await until(() => stack().processes(shell.id).length === 0);
  });
});

describe('an interrupt', () => interrupts(stack));

describe('signals', () => signals(stack));
