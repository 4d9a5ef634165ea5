/** History: who ran what, where, when, and the shell before and after it. */
import { expect, test } from 'vitest';
import type { Command, Page, ShellState } from '../../../sql/contract.ts';
import { call, expectProblem, openSession, type ProblemBody, run } from './client.ts';
import type { Api } from './fixture.ts';

/** Needs a host. */
export function states(api: () => Api): void {
  const read = async (command: Command, at: string) =>
    (await call<ShellState>(api(), 'GET', `/v1/commands/${command.id}/state?at=${at}`)).body;
  const value = (state: ShellState, name: string) => state.variables.find((variable) => variable.name === name);

  test('the history says who ran a command, and where the shell was before and after, also of the first', async () => {
    const { id } = await openSession(api(), { cwd: '/usr' });
    await run(api(), id, 'cd /tmp');
    await run(api(), id, 'pwd', { cwd: '/' });
    const { body } = await call<Page<Command>>(api(), 'GET', `/v1/sessions/${id}/commands`);
    expect(body.items.map((item) => [item.cwd_before, item.cwd, item.key_name])).toEqual([
      ['/usr', '/tmp', 'alice execute'],
      ['/tmp', '/tmp', 'alice execute'],
    ]);
    const home = await openSession(api());
    expect(await run(api(), home.id, 'true')).toMatchObject({ cwd_before: expect.stringMatching(home.id) });
  });

  test('the state after a command is what it left, and that of the next one before it', async () => {
    const { id } = await openSession(api(), { env: { GIVEN: 'yes' } });
    const script = [
      'cd /tmp; umask 027; export A="é \\"quoted\\" \\$x"; B=$\'two\\nlines\'; L=(a "b c" [5]="e"); declare -A M=(["k e"]="v\'")',
      'declare -ri N=3; unset GIVEN; alias ll="ls -l \'x\'"; f() { echo "$1"; }; shopt -s extglob; set -o pipefail; trap "echo \'bye\'" USR1',
    ];
    const first = await run(api(), id, script[0] ?? '');
    const second = await run(api(), id, `${script[1]}; (exit 4)`);
    const after = await read(second, 'after');
    expect(after).toMatchObject({
      recorded_after: 2,
      cwd: '/tmp',
      exit_code: 4,
      umask: '0027',
      aliases: { ll: "ls -l 'x'" },
    });
    expect(after.unset).toEqual(['GIVEN']);
    expect(value(after, 'A')).toEqual({ name: 'A', attributes: ['exported'], value: 'é "quoted" $x' });
    expect(value(after, 'B')?.value).toBe('two\nlines');
    expect(value(after, 'L')).toEqual({ name: 'L', attributes: ['array'], value: { 0: 'a', 1: 'b c', 5: 'e' } });
    expect(value(after, 'M')).toEqual({ name: 'M', attributes: ['associative'], value: { 'k e': "v'" } });
    expect(value(after, 'N')).toEqual({ name: 'N', attributes: ['integer', 'readonly'], value: '3' });
    expect(after.functions).toEqual([{ name: 'f', definition: expect.stringContaining('echo "$1"') }]);
    expect(after.options?.shopt).toContain('extglob');
    expect(after.options?.set).toContain('pipefail');
    expect(after.traps).toEqual([{ signal: 'SIGUSR1', command: "echo 'bye'" }]);
    const between = await read(second, 'before');
    expect(between).toMatchObject({ recorded_after: 1, sha256: (await read(first, 'after')).sha256, exit_code: 0 });
    expect(value(between, 'N')).toBeUndefined();
    const before = await read(first, 'before');
    expect(before).toMatchObject({ recorded_after: 0, sha256: null, cwd: expect.stringMatching(id), umask: null });
    expect(before.variables).toEqual([{ name: 'GIVEN', attributes: ['exported'], value: 'yes' }]);
  });

  test('what left no state is told with the one before it', async () => {
    const { id } = await openSession(api());
    await run(api(), id, 'A=1');
    const ended = await run(api(), id, 'A=2; exit 3');
    const state = await read(ended, 'after');
    expect(state).toMatchObject({ recorded_after: 1, exit_code: 3 });
    expect(value(state, 'A')?.value).toBe('1');
  });

  test('it is not known while the command runs, and only its owner reads it', async () => {
    const { id } = await openSession(api());
    const json = { command: 'sleep 300' };
    const headers = { Prefer: 'wait=0' };
    const { body: running } = await call<Command>(api(), 'POST', `/v1/sessions/${id}/commands`, { json, headers });
    const { body: queued } = await call<Command>(api(), 'POST', `/v1/sessions/${id}/commands`, { json, headers });
    const path = (command: Command, at: string) => `/v1/commands/${command.id}/state?at=${at}`;
    expect((await call(api(), 'GET', path(running, 'before'))).status).toBe(200);
    for (const pending of [path(running, 'after'), path(queued, 'before')]) {
      expectProblem(await call<ProblemBody>(api(), 'GET', pending), 409, 'session_busy');
    }
    const before = path(running, 'before');
    expect((await call(api(), 'GET', before, { key: api().readKey })).status).toBe(200);
    expectProblem(await call<ProblemBody>(api(), 'GET', before, { key: api().adminKey }), 403, 'forbidden');
    expectProblem(await call<ProblemBody>(api(), 'GET', before, { key: api().otherKey }), 404, 'not_found');
    expectProblem(await call<ProblemBody>(api(), 'GET', path(running, 'during')), 422, 'invalid');
    await call(api(), 'DELETE', `/v1/sessions/${id}`);
  });
}
