/** Forks: a new session in the state that another one had. */
import { expect, test } from 'vitest';
import type { Session } from '../../../sql/contract.ts';
import { type CallOptions, call, expectProblem, openSession, type ProblemBody, run } from './client.ts';
import type { Api } from './fixture.ts';

/** Needs a host. */
export function forking(api: () => Api): void {
  const fork = async (session: string, json?: object) => {
    const { status, body } = await call<Session>(api(), 'POST', `/v1/sessions/${session}/fork`, json ? { json } : {});
    expect(status, JSON.stringify(body)).toBe(201);
    return body;
  };

  test('a fork has the directory, variables, functions and $? of after any command, and leaves its source as it is', async () => {
    const { id } = await openSession(api(), { env: { GIVEN: 'yes' }, labels: { team: 'a' } });
    for (const command of ['cd /usr; export A=1', 'f() { echo "f$A"; }; false', 'cd /tmp; A=2'])
      await run(api(), id, command);
    const early = await fork(id, { after: 1, name: 'early' });
    expect(early).toMatchObject({
      name: 'early',
      cwd: '/usr',
      labels: { team: 'a' },
      forked_from: { session_id: id, seq: 1 },
    });
    expect(await run(api(), early.id, 'echo "$?"; pwd; echo "$A$GIVEN"; f')).toMatchObject({
      stdout: '0\n/usr\n1yes\n',
      exit_code: 127,
    });
    const middle = await fork(id, { after: 2 });
    expect(await run(api(), middle.id, 'echo "$?"; f')).toMatchObject({ stdout: '1\nf1\n' });
    const last = await fork(id);
    expect(last.forked_from).toEqual({ session_id: id, seq: 3 });
    expect(await run(api(), last.id, 'pwd; f; cd /')).toMatchObject({ stdout: '/tmp\nf2\n' });
    expect(await run(api(), id, 'pwd; f')).toMatchObject({ stdout: '/tmp\nf2\n', seq: 4 });
  });

  test('after 0 it begins as its source began, and a fork can be forked', async () => {
    const { id } = await openSession(api(), { cwd: '/usr', env: { GIVEN: 'yes' } });
    await run(api(), id, 'cd /tmp; LATER=1');
    const first = await fork(id, { after: 0 });
    expect(await run(api(), first.id, 'pwd; echo "$GIVEN$LATER"')).toMatchObject({ stdout: '/usr\nyes\n' });
    const second = await fork((await fork(id)).id, { after: 0 });
    expect(await run(api(), second.id, 'pwd; echo "$GIVEN$LATER"')).toMatchObject({ stdout: '/tmp\nyes1\n' });
  });

  test('it has a home and an id of its own', async () => {
    const { id } = await openSession(api());
    await run(api(), id, 'mkdir below; echo mine > file');
    const { id: forked } = await fork(id);
    const { stdout } = await run(api(), forked, 'ls; pwd; cd /; cd; pwd; echo "$HOME"; echo "$LIMPET_SESSION_ID"');
    const [, home] = /^(\/.*)\n/.exec(stdout) ?? [];
    expect(home?.endsWith(`/sessions/${forked}`), home).toBe(true);
    expect(stdout).toBe(`${home}\n${home}\n${home}\n${forked}\n`);
    // Files are not copied, so a directory may be missing: that is told.
    await run(api(), id, 'cd below');
    const { id: below } = await fork(id);
    expect(await run(api(), below, 'pwd')).toMatchObject({ stdout: expect.stringContaining(`/sessions/${below}\n`) });
    const { problems } = (await call<Session>(api(), 'GET', `/v1/sessions/${below}`)).body;
    expect(problems).toEqual([expect.stringContaining(`/sessions/${below}/below: No such file or directory`)]);
  });

  test('a busy source is forked before what runs, a closed one after all', async () => {
    const { id } = await openSession(api());
    await run(api(), id, 'cd /tmp; A=1');
    const json = { command: 'A=2; sleep 300' };
    await call(api(), 'POST', `/v1/sessions/${id}/commands`, { json, headers: { Prefer: 'wait=0' } });
    const path = `/v1/sessions/${id}/fork`;
    expectProblem(await call<ProblemBody>(api(), 'POST', path, { json: { after: 2 } }), 409, 'session_busy');
    const busy = await fork(id);
    expect(busy.forked_from?.seq).toBe(1);
    expect(await run(api(), busy.id, 'pwd; echo $A')).toMatchObject({ stdout: '/tmp\n1\n' });
    await call(api(), 'DELETE', `/v1/sessions/${id}`);
    // Until what ran has ended, that it has not is said; without a number the command before it would be taken.
    const afterIt = async () => (await call<Session>(api(), 'POST', path, { json: { after: 2 } })).status;
    await expect.poll(afterIt, { timeout: 20_000 }).toBe(201);
    const closed = await fork(id);
    expect(closed).toMatchObject({ state: 'opening', forked_from: { session_id: id, seq: 2 } });
    expect(await run(api(), closed.id, 'pwd')).toMatchObject({ stdout: '/tmp\n' });
  });

  test('a command that killed its shell left no state: what it found is what a fork after it has, and its exit code', async () => {
    const { id } = await openSession(api());
    await run(api(), id, 'cd /tmp; A=1');
    await run(api(), id, 'A=2; exit 3');
    const { id: forked } = await fork(id, { after: 2 });
    expect(await run(api(), forked, 'echo "$?"; pwd; echo $A')).toMatchObject({ stdout: '3\n/tmp\n1\n' });
  });
}

/** Needs no host. */
export function refusedForks(api: () => Api): void {
  const fork = (session: string, options: CallOptions = {}) =>
    call<Session & ProblemBody>(api(), 'POST', `/v1/sessions/${session}/fork`, options);

  test('a session without commands can be forked; what it does not have cannot be named', async () => {
    const { id } = await openSession(api(), { cwd: '/usr' });
    expect((await fork(id)).body).toMatchObject({ cwd: '/usr', forked_from: { session_id: id, seq: 0 } });
    expectProblem(await fork(id, { json: { after: 1 } }), 404, 'not_found');
    for (const json of [{ after: -1 }, { after: 1.5 }, { after: 2 ** 31 }, { at: 0 }, { name: '.' }]) {
      expectProblem(await fork(id, { json }), 422, 'invalid');
    }
  });

  test('another owner has none, a reader may not, and a name is taken once', async () => {
    const { id } = await openSession(api(), { name: 'forked once' });
    expectProblem(await fork(id, { key: api().otherKey }), 404, 'not_found');
    expectProblem(await fork(id, { key: api().readKey }), 403, 'forbidden');
    expectProblem(await fork(id, { key: api().adminKey }), 403, 'forbidden');
    expectProblem(await fork(id, { json: { name: 'forked once' } }), 409, 'name_taken');
    expect((await call<Session>(api(), 'GET', `/v1/sessions/${id}`)).body.state).toBe('opening');
  });

  test('one Idempotency-Key makes one fork', async () => {
    const { id } = await openSession(api());
    const headers = { 'Idempotency-Key': `fork of ${id}` };
    const first = await fork(id, { headers, json: { name: `fork ${id}` } });
    expect(first.status).toBe(201);
    expect((await fork(id, { headers, json: { name: `fork ${id}` } })).body.id).toBe(first.body.id);
    expectProblem(await fork(id, { headers }), 409, 'idempotency_conflict');
  });
}
