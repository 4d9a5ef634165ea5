/** Commands that run: the main road, on a real host. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Command, Host, Page, Session } from '../../../sql/contract.ts';
import { beforeALongWait, call, openSession, run } from './client.ts';
import type { Api } from './fixture.ts';

export function running(api: () => Api): void {
  const submit = (session: string, json: object, headers: Record<string, string> = {}) =>
    call<Command>(api(), 'POST', `/v1/sessions/${session}/commands`, {
      json,
      headers: { Prefer: 'wait=25', ...headers },
    });
  const ended = async (id: string) => (await call<Command>(api(), 'GET', `/v1/commands/${id}?wait=25`)).body;

  test('ready says so, and the host is listed', async () => {
    expect(await call(api(), 'GET', '/ready', { key: null })).toMatchObject({ status: 200, body: { ready: true } });
    const { body } = await call<Page<Host>>(api(), 'GET', '/v1/hosts');
    expect(body.items).toMatchObject([{ name: 'suite', state: 'live', pool: 'default' }]);
  });

  test('the directory, a variable and a function survive from command to command', async () => {
    const { id } = await openSession(api());
    for (const command of ['cd /tmp', 'export A=1', 'f() { echo "$1$A"; }']) await run(api(), id, command);
    const last = await run(api(), id, 'pwd; f x');
    expect(last).toMatchObject({
      state: 'exited',
      exit_code: 0,
      stdout: '/tmp\nx1\n',
      stderr: '',
      cwd: '/tmp',
      seq: 4,
      host: 'suite',
    });
    expect((await call<Session>(api(), 'GET', `/v1/sessions/${id}`)).body).toMatchObject({
      state: 'ready',
      cwd: '/tmp',
      commands: 4,
      queued: 0,
    });
  });

  test('no command runs elsewhere than in the directory its session was opened for, until that was told', async () => {
    const { id } = await openSession(api(), { cwd: '/nowhere/at all' });
    const told = await run(api(), id, 'pwd; touch elsewhere');
    expect(told).toMatchObject({ state: 'exited', exit_code: 1, stdout: '', stderr: '', generation: 1 });
    expect(told.problem).toMatch(
      / could not be entered \(cd: \/nowhere\/at all: No such file or directory\), so the command did not run\./,
    );
    expect(told.problem).toContain(`The session goes on in ${told.cwd}.`);
    expect(await run(api(), id, 'pwd; ls')).toMatchObject({
      stdout: `${told.cwd}\n`,
      exit_code: 0,
      problem: null,
      generation: 1,
    });
    expect((await run(api(), id, 'exit 3')).state).toBe('shell_exited');
    expect(await run(api(), id, 'pwd')).toMatchObject({ stdout: `${told.cwd}\n`, exit_code: 0, generation: 2 });
    const entered = await openSession(api(), { cwd: '/tmp/../usr' });
    expect(await run(api(), entered.id, 'pwd')).toMatchObject({ stdout: '/usr\n', problem: null });
  });

  test('stdout and stderr come apart, and a command that fails is a result', async () => {
    const { id } = await openSession(api());
    expect(await run(api(), id, 'echo out; echo err >&2')).toMatchObject({
      stdout: 'out\n',
      stderr: 'err\n',
      exit_code: 0,
    });
    expect(await run(api(), id, 'false')).toMatchObject({ state: 'exited', exit_code: 1, stdout: '', stderr: '' });
    expect(await run(api(), id, 'echo $?')).toMatchObject({ stdout: '1\n' });
  });

  test('queued_ms and run_ms say where the time went', async () => {
    const { id } = await openSession(api());
    const command = await run(api(), id, 'sleep 0.3');
    expect(command.run_ms).toBeGreaterThanOrEqual(300);
    expect(command.queued_ms).toBeGreaterThanOrEqual(0);
  });

  test('a wait that is too short answers 202, and the result comes later, once', async () => {
    const { id } = await openSession(api());
    const file = 'written';
    const first = await submit(id, { command: `sleep 2; echo late | tee -a ${file}` }, { Prefer: 'wait=1' });
    expect(first.status).toBe(202);
    expect(first.body.exit_code).toBeNull();
    const later = await ended(first.body.id);
    expect(later).toMatchObject({ state: 'exited', exit_code: 0, stdout: 'late\n' });
    expect(await run(api(), id, `cat ${file}; rm ${file}`)).toMatchObject({ stdout: 'late\n' });
  });

  test('an answer comes the moment the command ends', async () => {
    const { id } = await openSession(api());
    await run(api(), id, 'true');
    const ended = await beforeALongWait(api(), () => run(api(), id, 'sleep 0.2'));
    expect(ended).toMatchObject({ state: 'exited', exit_code: 0 });
  });

  test('commands sent in parallel to one session run in order, one at a time', async () => {
    const { id } = await openSession(api());
    const script = (n: number) =>
      `echo start-${n}; sleep 0.1; echo end-${n}; order="$order $SECONDS_$n"; trail="\${trail}${n}"`;
    const sent = await Promise.all([1, 2, 3].map((n) => submit(id, { command: script(n) })));
    const inOrder = sent.map((answer) => answer.body).sort((a, b) => a.seq - b.seq);
    for (const command of inOrder) expect(command.stdout).toMatch(/^start-(\d)\nend-\1\n$/);
    const order = inOrder.map((command) => command.stdout.charAt(6)).join('');
    expect(await run(api(), id, 'echo $trail')).toMatchObject({ stdout: `${order}\n` });
  });

  test('two sessions know nothing of each other', async () => {
    const [a, b] = await Promise.all([openSession(api()), openSession(api())]);
    await Promise.all([run(api(), a.id, 'X=a'), run(api(), b.id, 'X=b')]);
    const [inA, inB] = await Promise.all([run(api(), a.id, 'echo $X'), run(api(), b.id, 'echo $X')]);
    expect([inA.stdout, inB.stdout]).toEqual(['a\n', 'b\n']);
  });

  test('text/plain runs as it is', async () => {
    const { id } = await openSession(api());
    const text = 'cat <<"X"\n$HOME `id` \'q\'\nX';
    const { body } = await call<Command>(api(), 'POST', `/v1/sessions/${id}/commands`, {
      text,
      headers: { Prefer: 'wait=25' },
    });
    expect(body).toMatchObject({ stdout: "$HOME `id` 'q'\n", exit_code: 0 });
  });

  test('stdin, env and cwd are for one command alone', async () => {
    const { id } = await openSession(api(), { cwd: '/tmp', env: { KEPT: 'yes' } });
    const options = { stdin: 'fed', env: { V: "$(whoami) `date` $PATH 'q'" }, cwd: '/usr' };
    const first = await run(api(), id, 'cat; echo; echo "$V"; pwd; echo $KEPT', options);
    expect(first.stdout).toBe(`fed\n${options.env.V}\n/usr\nyes\n`);
    expect(await run(api(), id, 'cat; echo "[$V]"; pwd')).toMatchObject({ stdout: '[]\n/tmp\n' });
  });

  test('a repeated request with an Idempotency-Key gives the result again and runs nothing', async () => {
    const { id } = await openSession(api());
    const headers = { 'Idempotency-Key': randomUUID() };
    await run(api(), id, 'n=0');
    const [first, again] = [
      await submit(id, { command: 'echo $((++n))' }, headers),
      await submit(id, { command: 'echo $((++n))' }, headers),
    ];
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
    expect(await run(api(), id, 'echo $n')).toMatchObject({ stdout: '1\n' });
  });

  test('exec runs one command in a shell of its own, which is then gone', async () => {
    const headers = { Prefer: 'wait=25', 'Idempotency-Key': randomUUID() };
    const answers = [1, 2].map(() =>
      call<Command>(api(), 'POST', '/v1/exec', { json: { command: 'echo alone; exit 3' }, headers }),
    );
    const [first, again] = await Promise.all(answers);
    expect(first?.status).toBe(200);
    expect(first?.body).toMatchObject({ stdout: 'alone\n', exit_code: 3 });
    expect(again?.body.id).toBe(first?.body.id);
    const session = await call<Session>(api(), 'GET', `/v1/sessions/${first?.body.session_id}`);
    expect(session.body.state).toBe('closed');
  });

  test('nothing of the host is in the environment of a command', async () => {
    const { id } = await openSession(api());
    const { stdout } = await run(api(), id, 'env; cat /proc/$$/environ | tr "\\0" "\\n"');
    expect(stdout).not.toMatch(/postgres(ql)?:|DATABASE|LIMPET_[A-Z_]*(KEY|URL|SECRET)|npm_|VITEST/);
  });
}
