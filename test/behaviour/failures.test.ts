/** BEHAVIOUR.md, "Failures users report most": what other shells do wrong, line by line, and what this one does instead. */
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../sql/contract.ts';
import { type Answer, call } from '../functions/api/client.ts';
import { onNode, startApi } from '../functions/api/fixture.ts';
import { startHostProcess } from '../support/host.ts';
import { alive } from '../support/processes.ts';
import { idleProcesses, isTmpShared } from '../support/sandbox.ts';
import { Reader } from './reader.ts';
import { Running, Shell, type Step } from './shell.ts';
import { until, useStack } from './stack.ts';

const stack = useStack();
/** Two hosts are started, and one is found dead. */
const longMs = 120_000;
const open = (options = {}) => Shell.open(stack().api, options);
const home = (shell: Shell, name: string) => `${stack().home(shell.id)}/${name}`;
const went = (exit_code: number) => ({ state: 'shell_exited', exit_code });
const untilGo = 'until [ -e go ]; do sleep 0.01; done';
/** Makes the file, in a directory that a host may yet have to make. */
const go = async (shell: Shell) => {
  await until(() => existsSync(home(shell, '')));
  writeFileSync(home(shell, 'go'), '');
};
const submit = (shell: Shell, json: object, headers: Record<string, string> = {}): Promise<Answer<Command>> =>
  call<Command>(stack().api, 'POST', `/v1/sessions/${shell.id}/commands`, { json, headers });

describe('of a shell', () => {
  const lines: [promise: string, ...steps: Step[]][] = [
    [
      '1. one that exited poisons nothing: the commands after it have its state in a fresh generation',
      ['cd /usr; v=kept; f() { echo "f $v"; }', { generation: 1 }],
      ['exit 0', { ...went(0), generation: 1 }],
      ['f; pwd', { stdout: 'f kept\n/usr\n', generation: 2 }],
      ['f', { stdout: 'f kept\n', generation: 2 }],
    ],
    ['3. a job that holds stdout holds no call back', ['sleep 300 & echo done', { stdout: 'done\n' }]],
    [
      '5. a heredoc is what was written, with nothing pasted onto it',
      ["cat <<'E'\n$HOME `id` \\\nE", { stdout: '$HOME `id` \\\n' }],
      ['cat <<E\nlast line', { stdout: 'last line\n', stderr: expect.stringContaining('delimited by end-of-file') }],
      ['cat <<E | cat\nin a pipe\nE', { stdout: 'in a pipe\n' }],
    ],
    [
      '6. an unclosed quote is a syntax error, and the shell lives',
      ["echo 'a", { exit_code: 2, stderr: expect.stringContaining('unexpected EOF while looking for matching') }],
      ['echo `a', { exit_code: 2 }],
      ['if true', { exit_code: 2 }],
      ['echo on', { stdout: 'on\n', generation: 1 }],
    ],
    [
      '7. what reads stdin finds it empty, and the protocol whole',
      ['cat; wc -c; read -r line; echo $?; head -c 100 /dev/fd/0', { stdout: '0\n1\n' }],
      ['while read -r line; do echo "$line"; done; bash -s; exec 0<&-; cat <&0', { stdout: '' }],
      ['echo on', { stdout: 'on\n', generation: 1 }],
    ],
    [
      '8. what changes or ends the shell may: it is observed, and survived',
      ['set -u; echo $-', { stdout: expect.stringContaining('u') }],
      ['echo "$NOPE"', { exit_code: 1 }],
      ['set +u; exec 2>&1 >/dev/null', { exit_code: 0 }],
      ['set -e; true', { exit_code: 0, generation: 1 }],
      ['false', { ...went(1), generation: 1 }],
      ['set +e; false', { exit_code: 1, generation: 2 }],
      ['exec true', { ...went(0), generation: 2 }],
      ['exit 7', { ...went(7), generation: 3 }],
      ['echo on', { stdout: 'on\n', generation: 4 }],
    ],
    [
      '16. characters may come in pieces, be none, or be NUL',
      [`printf '\\xe2'; sleep 0.05; printf '\\x89'; sleep 0.05; printf '\\xa4'`, { stdout: '≤' }],
      [`printf '\\xff\\xe2\\x89\\x00x' >&2`, { stderr: '\ufffd\ufffd\0x', stderr_bytes: 5 }],
    ],
    [
      '18. no pager and no prompt waits for a person',
      [
        'echo $PAGER $GIT_PAGER $GIT_TERMINAL_PROMPT $DEBIAN_FRONTEND',
        { stdout: 'cat cat 0 noninteractive\n', exit_code: 0 },
      ],
      ['tty; read -p "Continue? " answer; echo $?; : </dev/tty', { stdout: 'not a tty\n1\n', exit_code: 1 }],
    ],
    [
      '19. no marker is in the output, and what looks like one ends nothing',
      ["echo '__END__'; echo '1:0:ran:' >&2", { stdout: '__END__\n', stderr: '1:0:ran:\n' }],
      ["PS1='mark '; PS2='mark '; PROMPT_COMMAND='echo mark'; trap 'echo DEBUG' DEBUG", {}],
      ['trap - DEBUG; PROMPT_COMMAND=', {}],
      ['set -x; : traced; set +x', { stdout: '', stderr: expect.not.stringMatching(/limpet|builtin/) }],
    ],
  ];
  test.concurrent.each(lines)('%s', async (_promise, ...steps) => {
    await (await open()).play(steps);
  });

  const deaths: [how: string, script: string][] = [
    ['was killed by a job', '(read -t 0.2 </dev/zero; kill -9 $$) & :'],
    ['timed out at its prompt', 'TMOUT=1'],
  ];
  test.concurrent.each(deaths)('1. one that %s between two commands costs neither of them', async (_how, script) => {
    const shell = await open();
    await shell.play([[`v=kept; cd /usr; sleep 300 & ${script}`, { generation: 1 }]]);
    // Its jobs go with it, as they do when a command ends it.
    await until(() => stack().processes(shell.id).length === 0);
    await shell.play([['echo $v; pwd; unset TMOUT', { stdout: 'kept\n/usr\n', generation: 2, problem: null }]]);
  });

  test.concurrent('19. escape sequences are stored as they came, and can be left out when reading', async () => {
    const shell = await open();
    const command = await shell.start(`printf '\\e[31mred\\e[0m \\e]0;title\\aplain\\n'`);
    expect(await command.ended()).toMatchObject({ stdout: '\x1b[31mred\x1b[0m \x1b]0;title\x07plain\n' });
    const stripped = await call<Command>(stack().api, 'GET', `/v1/commands/${command.id}?strip=ansi`);
    expect(stripped.body.stdout).toBe('red plain\n');
  });
});

describe('of an end', () => {
  test.concurrent('2. a timeout ends the command and frees the session; a wait touches neither', async () => {
    const shell = await open();
    const path = `/v1/sessions/${shell.id}/commands`;
    const json = { command: `${untilGo}; echo waited` };
    const waited = await call<Command>(stack().api, 'POST', path, { json, headers: { Prefer: 'wait=0.2' } });
    expect([waited.status, waited.body.finished_at]).toEqual([202, null]);
    await go(shell);
    expect(await new Running(stack().api, waited.body.id).ended()).toMatchObject({ stdout: 'waited\n', exit_code: 0 });
    const timedOut = { state: 'timed_out', exit_code: 124, stdout: 'early\n' };
    await shell.play([['echo early; sleep 300 | (setsid sleep 300; :)', timedOut, { timeout: '300ms' }]]);
    expect(stack().processes(shell.id)).toHaveLength(idleProcesses);
    await shell.play([['echo free', { stdout: 'free\n', generation: 1 }]]);
  });

  test.concurrent('4. a kill reaches children that went their own way, and is told when they are gone', async () => {
    const shell = await open();
    const script = `for how in 'setsid' 'setsid nohup' 'env -i setsid'; do
      ($how bash -c 'echo $$ >>pids; while :; do echo x >>file; sleep 0.01; done' >/dev/null 2>&1 &)
    done; until [ "$(wc -l <pids)" = 3 ]; do sleep 0.01; done; : >up; sleep 300`;
    const command = await shell.start(script);
    await until(() => existsSync(home(shell, 'up')));
    const pids = stack().outside(shell.id, readFileSync(home(shell, 'pids'), 'latin1').trim().split('\n').map(Number));
    await command.cancel();
    expect(await command.ended()).toMatchObject({ state: 'killed' });
    expect([pids.length, alive(pids)]).toEqual([3, []]);
  });

  test.concurrent('9. no stream is complete and no end is told while the command runs', async () => {
    const shell = await open();
    const command = await shell.start(`echo early; exec >&- 2>&-; ${untilGo}; exit 3`);
    await command.printed('early\n');
    const reader = await Reader.follow(stack().api, command.id);
    reader.read();
    await until(() => reader.story().stdout === 'early\n');
    expect((await command.output()).headers.get('limpet-complete')).toBe('false');
    expect(reader.story().events.at(-1)?.data).not.toHaveProperty('exit_code', 3);
    await go(shell);
    const { events } = await reader.whole();
    expect(events.at(-1)?.data).toMatchObject({ state: 'shell_exited', exit_code: 3 });
    expect((await command.output()).headers.get('limpet-complete')).toBe('true');
  });

  const ends: [
    how: string,
    state: string,
    options: object,
    end: (shell: Shell, command: Running) => Promise<unknown>,
  ][] = [
    ['a timeout', 'timed_out', { timeout: '1s' }, async () => {}],
    ['a kill', 'killed', {}, (_shell, command) => command.cancel()],
    ['closing the session', 'killed', {}, (shell) => shell.close()],
    ['the end of the shell', 'shell_exited', {}, async (shell) => go(shell)],
  ];
  test.concurrent.each(ends)('11. what was printed before %s is kept', async (_how, state, options, end) => {
    const shell = await open();
    const command = await shell.start(`seq 5000; echo err >&2; ${untilGo}; kill -9 $$`, options);
    await until(async () => (await command.now()).stdout_bytes === 23_893 && (await command.now()).stderr_bytes === 4);
    await end(shell, command);
    expect(await command.ended()).toMatchObject({ state, stdout_bytes: 23_893, stderr: 'err\n' });
    expect(Buffer.from((await command.output()).bytes).toString()).toMatch(/^1\n2\n(?:\d+\n)*4999\n5000\n$/);
  });
});

describe('of a call', () => {
  test.concurrent('10. none needs to be long: it is queued, waited for in pieces, and read on from any byte', async () => {
    const shell = await open();
    const answer = await submit(
      shell,
      { command: `printf 'one\\n'; ${untilGo}; printf 'two\\n'` },
      { Prefer: 'wait=0' },
    );
    expect([answer.status, answer.headers.get('location')]).toEqual([202, `/v1/commands/${answer.body.id}`]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    const command = new Running(stack().api, answer.body.id);
    const first = await command.output('?wait=20');
    expect([Buffer.from(first.bytes).toString(), first.headers.get('limpet-next-offset')]).toEqual(['one\n', '4']);
    await go(shell);
    await command.ended();
    expect(Buffer.from((await command.output('?offset=4')).bytes).toString()).toBe('two\n');
  });

  test.concurrent('12. that is repeated runs its command once', async () => {
    const shell = await open();
    const key = { 'Idempotency-Key': randomUUID(), Prefer: 'wait=20' };
    const json = { command: 'echo ran >>file; cat file' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => submit(shell, json, key)));
    answers.push(await submit(shell, json, key));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.map(({ body }) => body.stdout)).toEqual(answers.map(() => 'ran\n'));
    await shell.play([['cat file', { stdout: 'ran\n', seq: 2 }]]);
  });

  test.concurrent('13. is answered early, and says how long it would have waited', async () => {
    const shell = await open();
    for (const [wanted, applied] of [
      ['wait=20', 'wait=20'],
      ['wait=3600', 'wait=30'],
    ] as const) {
      const { status, headers } = await submit(shell, { command: 'echo quick' }, { Prefer: wanted });
      expect([status, headers.get('preference-applied')]).toEqual([200, applied]);
    }
  });

  test.concurrent('14. beside others has its own output, in strict order, and a cancelled one never runs', async () => {
    const shell = await open();
    const gate = await shell.start(untilGo);
    const commands = [];
    for (const n of [0, 1, 2, 3, 4]) commands.push(await shell.start(`echo ${n}a; echo ${n} >>order; echo ${n}b`));
    expect((await commands[2]?.cancel())?.status).toBe(202);
    await go(shell);
    await gate.ended();
    const ended = await Promise.all(commands.map((command) => command.ended()));
    expect(ended.map(({ state, stdout }) => [state, stdout])).toEqual(
      [0, 1, 2, 3, 4].map((n) => (n === 2 ? ['cancelled', ''] : ['exited', `${n}a\n${n}b\n`])),
    );
    await shell.play([['cat order', { stdout: '0\n1\n3\n4\n' }]]);
  });
});

describe('of a result', () => {
  test.concurrent('17. a huge one has its head and tail, the rest is counted, and nobody is held up', async () => {
    const shell = await open();
    const script = "echo first; head -c 30000000 /dev/zero | tr '\\0' x; echo last; touch through";
    const command = await shell.start(script, { max_output: 1_000_000 });
    const { stdout, ...ended } = await command.ended();
    expect(ended).toMatchObject({ stdout_bytes: 30_000_011, dropped_bytes: 29_000_011, truncated: true, exit_code: 0 });
    expect([stdout.slice(0, 6), stdout.slice(-6)]).toEqual(['first\n', 'xlast\n']);
    expect(existsSync(home(shell, 'through'))).toBe(true);
  });

  test.concurrent('20. silence is neither done nor hung: the time of the last output is there to read', async () => {
    const shell = await open();
    const command = await shell.start(`: >up; ${untilGo}; echo spoke; rm go; ${untilGo}`);
    await until(() => existsSync(home(shell, 'up')));
    expect(await command.now()).toMatchObject({ state: 'running', last_output_at: null });
    await go(shell);
    await command.printed('spoke\n');
    const spoke = await command.now();
    expect([spoke.state, Date.parse(spoke.last_output_at ?? '')]).toEqual(['running', expect.any(Number)]);
    expect((await command.now()).last_output_at).toBe(spoke.last_output_at);
    await until(() => !existsSync(home(shell, 'go')));
    await go(shell);
    expect(await command.ended()).toMatchObject({ state: 'exited', last_output_at: spoke.last_output_at });
  });

  test('12 and 15. outlives the process, the session and the host; what was lost is said, and not run again', {
    timeout: longMs,
  }, async () => {
    const { api, databaseUrl, stop } = await startApi(onNode);
    let host = await startHostProcess(databaseUrl, 'doomed');
    try {
      const shell = await Shell.open(api);
      const first = await shell.start('echo result; cd /tmp; v=kept');
      await first.ended();
      // On another host the session may be another account's: this file is for everybody, where /tmp is.
      const file = `/tmp/limpet-ran-${randomUUID()}`;
      writeFileSync(file, '');
      chmodSync(file, 0o666);
      const lost = await shell.start(`echo ran >>${file}; echo before; sleep 300`);
      await lost.printed('before\n');
      host.kill('SIGKILL');
      expect(await lost.ended()).toMatchObject({ state: 'lost', exit_code: null, stdout: 'before\n', generation: 1 });
      expect(await first.now()).toMatchObject({ state: 'exited', stdout: 'result\n' });
      await host.remove();
      host = await startHostProcess(databaseUrl, 'next');
      await shell.play([['echo $v', { stdout: 'kept\n', generation: 2, host: 'next' }]]);
      if (isTmpShared) expect(readFileSync(file, 'latin1')).toBe('ran\n');
      await shell.close();
      rmSync(file);
      expect(await first.now()).toMatchObject({ state: 'exited', stdout: 'result\n' });
    } finally {
      await host.remove();
      await stop();
    }
  });
});
