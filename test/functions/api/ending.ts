import { expect, test } from 'vitest';
import type { Command } from '../../../sql/contract.ts';
import { call, expectProblem, openSession, type ProblemBody, run } from './client.ts';
import type { Api } from './fixture.ts';

export function ending(api: () => Api): void {
  const submit = (session: string, json: object, headers: Record<string, string> = {}) =>
    call<Command>(api(), 'POST', `/v1/sessions/${session}/commands`, {
      json,
      headers: { Prefer: 'wait=25', ...headers },
    });
  const ended = async (id: string) => (await call<Command>(api(), 'GET', `/v1/commands/${id}?wait=25`)).body;

  test('an interrupt ends what runs with 130, and the session goes on', async () => {
    const { id } = await openSession(api());
    await run(api(), id, 'A=kept');
    const { body } = await submit(id, { command: 'echo begun; sleep 30; echo never' }, { Prefer: 'wait=0' });
    await begun(body.id);
    expect((await call(api(), 'POST', `/v1/sessions/${id}/interrupt`)).status).toBe(202);
    expect(await ended(body.id)).toMatchObject({ state: 'exited', exit_code: 130, stdout: 'begun\n' });
    expect(await run(api(), id, 'echo $A')).toMatchObject({ stdout: 'kept\n' });
  });

  test('a signal reaches the command, and an ended one refuses it', async () => {
    const { id } = await openSession(api());
    const { body } = await submit(id, { command: 'echo begun; sleep 30' }, { Prefer: 'wait=0' });
    await begun(body.id);
    const send = () => call<ProblemBody>(api(), 'POST', `/v1/commands/${body.id}/signal`, { json: { signal: 'INT' } });
    expect((await send()).status).toBe(202);
    expect(await ended(body.id)).toMatchObject({ exit_code: 130 });
    expectProblem(await send(), 409, 'command_ended');
  });

  test('a running command that is cancelled is killed; a queued one never runs', async () => {
    const { id } = await openSession(api());
    const file = 'written';
    const first = await submit(id, { command: 'echo begun; sleep 30' }, { Prefer: 'wait=0' });
    const second = await submit(id, { command: `touch ${file}` }, { Prefer: 'wait=0' });
    await begun(first.body.id);
    for (const { body } of [second, first])
      expect((await call(api(), 'DELETE', `/v1/commands/${body.id}`)).status).toBe(202);
    expect(await ended(first.body.id)).toMatchObject({ state: 'killed', stdout: 'begun\n' });
    expect(await ended(second.body.id)).toMatchObject({ state: 'cancelled', exit_code: null, started_at: null });
    expect(await run(api(), id, `ls ${file}`)).toMatchObject({ exit_code: 2 });
  });

  test('a timeout ends the command with 124 and what it wrote', async () => {
    const { id } = await openSession(api());
    expect(await run(api(), id, 'echo early; sleep 30 | cat', { timeout: '1s' })).toMatchObject({
      state: 'timed_out',
      exit_code: 124,
      stdout: 'early\n',
    });
  });

  test('a session that is deleted ends what runs in it', async () => {
    const { id } = await openSession(api());
    const { body } = await submit(id, { command: 'echo begun; sleep 30' }, { Prefer: 'wait=0' });
    await begun(body.id);
    expect((await call(api(), 'DELETE', `/v1/sessions/${id}`)).status).toBe(204);
    expect(await ended(body.id)).toMatchObject({ state: 'killed' });
  });

  /** Waits until a command that first writes `begun` has done so. */
  async function begun(id: string): Promise<void> {
    const { bytes } = await call(api(), 'GET', `/v1/commands/${id}/output?wait=25`);
    expect(new TextDecoder().decode(bytes)).toBe('begun\n');
  }
}
