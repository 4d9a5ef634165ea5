/** BEHAVIOUR.md, "Ends and signals": how a command is ended, and that it is true when it is said. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { call, expectProblem } from '../functions/api/client.ts';
import { alive } from '../support/processes.ts';
import { idleProcesses } from '../support/sandbox.ts';
import { type Running, Shell } from './shell.ts';
import { until, useStack } from './stack.ts';

const stack = useStack();
const open = () => Shell.open(stack().api);
/** The files that a session's commands have made in its directory. */
const made = (shell: Shell) => readdirSync(stack().home(shell.id)).sort();
/** The processes whose ids its commands have written to files; to be asked while they run. */
const noted = (shell: Shell) => {
  const files = made(shell).filter((name) => name.endsWith('.pid'));
  return stack().outside(
    shell.id,
    files.map((name) => Number(readFileSync(`${stack().home(shell.id)}/${name}`, 'latin1'))),
  );
};

/** Resolves once the command has made the file `up`. */
const isUp = (shell: Shell) => until(() => existsSync(`${stack().home(shell.id)}/up`));
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
  const timedOut = { state: 'timed_out', exit_code: 124 };

  test.concurrent('ends a pipeline with 124, and nothing of it is left', async () => {
    const shell = await open();
    await shell.play([['echo early; sleep 30 | cat', { ...timedOut, stdout: 'early\n' }, { timeout: 1 }]]);
    expect(stack().processes(shell.id)).toHaveLength(idleProcesses);
    await shell.play([['echo on', { stdout: 'on\n', generation: 1 }]]);
  });

  test.concurrent('ends what ignores TERM, after the grace', async () => {
    const shell = await open();
    await shell.play([[`bash -c "trap '' TERM; sleep 30; :"`, timedOut, { timeout: '300ms' }]]);
    expect(stack().processes(shell.id)).toHaveLength(idleProcesses);
  });

  test.concurrent("runs the shell's own TERM trap, and nothing after the command", async () => {
    const shell = await open();
    await shell.play([["trap 'touch M' TERM; sleep 30; touch L", timedOut, { timeout: '500ms' }]]);
    expect(made(shell)).toEqual(['M']);
  });

  test.concurrent('leaves the first and the last line of what was printed', async () => {
    const shell = await open();
    const { stdout, state } = await shell.run('for i in $(seq 4000); do echo line $i; done; sleep 30', { timeout: 2 });
    expect([state, stdout.split('\n').length]).toEqual(['timed_out', 4001]);
    expect(stdout).toMatch(/^line 1\n(?:.*\n)*line 4000\n$/);
  });
});

describe('a kill', () => {
  test.concurrent.each(trees)('ends %s, before it says so', async (_what, script) => {
    const shell = await open();
    const command = await shell.start(`${script}; touch later`);
    await isUp(shell);
    const pids = noted(shell);
    expect((await command.cancel()).status).toBe(202);
    expect(await command.ended()).toMatchObject({ state: 'killed' });
    expect([pids.length, alive(pids)]).toEqual([1, []]);
    expect(made(shell)).not.toContain('later');
    await shell.play([['echo on', { stdout: 'on\n' }]]);
  });

  test.concurrent.each(trees)('by deleting the session ends %s, too', async (_what, script) => {
    const shell = await open();
    const command = await shell.start(script);
    await isUp(shell);
    const pids = noted(shell);
    await shell.close();
    expect(await command.ended()).toMatchObject({ state: 'killed' });
    expect([pids.length, alive(pids)]).toEqual([1, []]);
  });

  test.concurrent('of a queued command: its body never ran', async () => {
    const shell = await open();
    const first = await shell.start(': >up; sleep 30');
    const second = await shell.start('touch ran');
    await isUp(shell);
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

describe('an interrupt', () => {
  const interrupted: [what: string, script: string][] = [
    ['a loop of bash itself', 'while :; do :; done'],
    ['a program', 'sleep 30'],
    ['a pipeline', 'sleep 30 | cat'],
  ];
  test.concurrent.each(interrupted)('ends %s with 130, and the next command is fine', async (_what, script) => {
    const shell = await open();
    const command = await shell.start(`kept=1; : >up; ${script}; touch later`);
    await isUp(shell);
    await untilInterrupted(shell, command);
    expect(await command.now()).toMatchObject({ state: 'exited', exit_code: 130 });
    expect(made(shell)).toEqual(['up']);
    await shell.play([['echo $kept $?', { stdout: '1 130\n', generation: 1 }]]);
  });

  // A program that has not quite started cannot be interrupted yet: as with Ctrl-C, one presses it again.
  async function untilInterrupted(shell: Shell, command: Running): Promise<void> {
    await until(async () => {
      if ((await command.now()).state === 'running') await shell.interrupt();
      return (await command.now()).state !== 'running';
    });
  }

  test.concurrent('at any moment of a start ends it or comes too early, and the shell is well', async () => {
    const shell = await open();
    for (let round = 0; round < 20; round += 1) {
      const command = await shell.start('sleep 0.3');
      await shell.interrupt();
      const { state, exit_code } = await command.ended();
      expect([state, [0, 130].includes(exit_code ?? -1)]).toEqual(['exited', true]);
    }
    await shell.play([['echo on', { stdout: 'on\n', generation: 1 }]]);
  });

  test.concurrent('where nothing runs is harmless', async () => {
    const shell = await open();
    await shell.play([['echo before', { stdout: 'before\n' }]]);
    await shell.interrupt();
    await shell.play([['sleep 0.2; echo after', { stdout: 'after\n' }]]);
  });
});

describe('signals', () => {
  test.concurrent('INT twice does nothing to what ignores it; KILL does', async () => {
    const shell = await open();
    const command = await shell.start(`bash -c "trap '' INT; : >up; exec sleep 30"`);
    await isUp(shell);
    for (const signal of ['INT', 'INT', 'KILL']) expect((await command.signal(signal)).status).toBe(202);
    expect(await command.ended()).toMatchObject({ state: 'exited', exit_code: 137 });
    await shell.play([['echo on', { stdout: 'on\n', generation: 1 }]]);
  });

  const numbered: [signal: string, exitCode: number][] = [
    ['TERM', 143],
    ['HUP', 129],
    ['USR1', 138],
    ['QUIT', 131],
  ];
  test.concurrent.each(numbered)('%s ends the program with %i, and the list goes on', async (signal, exitCode) => {
    const shell = await open();
    const command = await shell.start(`bash -c ': >up; exec sleep 30'; echo "then $?"`);
    await isUp(shell);
    await command.signal(signal);
    expect((await command.ended()).stdout).toBe(`then ${exitCode}\n`);
  });

  test.concurrent('TSTP and CONT stop it and let it go on', async () => {
    const shell = await open();
    const command = await shell.start("bash -c 'echo $$ >a.pid; : >up; exec sleep 30'");
    await isUp(shell);
    const [pid = 0] = noted(shell);
    const state = () => / (\w) /.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1];
    for (const [signal, expected] of [
      ['TSTP', 'T'],
      ['CONT', 'S'],
    ] as const) {
      await command.signal(signal);
      await until(() => state() === expected);
    }
    await command.cancel();
    await command.ended();
  });

  test.concurrent('to a command that has ended are refused', async () => {
    const shell = await open();
    const command = await shell.start('true');
    await command.ended();
    expectProblem(await command.signal('INT'), 409, 'command_ended');
    expectProblem(await command.cancel(), 409, 'command_ended');
  });
});
