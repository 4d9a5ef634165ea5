/** Quotas, lists and rotation of keys. Needs no host. */
import { expect, test } from 'vitest';
import { type ApiKey, type Command, limits } from '../../../sql/contract.ts';
import { call, expectProblem, openSession, type ProblemBody } from './client.ts';
import type { Api } from './fixture.ts';

type NewKey = ApiKey & { key: string };

export function limitedKeys(api: () => Api): void {
  const asAdmin = () => ({ key: api().adminKey });
  const make = async (json: object) => {
    const given = { name: 'limited', owner: 'dora', scopes: ['execute'], ...json };
    const { status, body } = await call<NewKey>(api(), 'POST', '/v1/keys', { ...asAdmin(), json: given });
    expect(status, JSON.stringify(body)).toBe(201);
    return body;
  };
  const exec = (key: string, command: string, options: object = {}) =>
    call<Command & ProblemBody>(api(), 'POST', '/v1/exec', {
      key,
      json: { command, ...options },
      headers: { Prefer: 'wait=0' },
    });

  test('a key is made with its limits, shows them, and is changed by what is named alone', async () => {
    const made = await make({
      quotas: { open_sessions: 5, commands_per_minute: 60 },
      timeout_max: '1m30s',
      allow: ['ls', '/bin/cat'],
      sandbox: 'account',
    });
    const quotas = { open_sessions: 5, queued_commands: null, commands_per_minute: 60, output_bytes_per_day: null };
    expect(made).toMatchObject({
      quotas,
      timeout_max_ms: 90_000,
      allow: ['ls', '/bin/cat'],
      deny: null,
      sandbox: 'account',
    });
    const json = { quotas: { open_sessions: null, queued_commands: 3 }, allow: null, deny: ['rm'] };
    const changed = await call<ApiKey>(api(), 'PATCH', `/v1/keys/${made.id}`, { ...asAdmin(), json });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      name: 'limited',
      quotas: { ...quotas, open_sessions: null, queued_commands: 3 },
      timeout_max_ms: 90_000,
      allow: null,
      deny: ['rm'],
      sandbox: 'account',
    });
  });

  test.for([
    [{ quotas: { open_sessions: 0 } }, '/quotas/open_sessions'],
    [{ quotas: { commands: 1 } }, '/quotas/commands'],
    [{ quotas: { output_bytes_per_day: 1.5 } }, '/quotas/output_bytes_per_day'],
    [{ timeout_max: '25h' }, '/timeout_max'],
    [{ allow: [] }, '/allow'],
    [{ allow: ['bin/ls'] }, '/allow/0'],
    [{ deny: ['a b'] }, '/deny/0'],
    [{ sandbox: 'walls' }, '/sandbox'],
    [{ deny: Array.from({ length: limits.executablesMax + 1 }, (_, at) => `p${at}`) }, '/deny'],
  ] as const)('%j is refused', async ([json, pointer]) => {
    const given = { name: 'x', scopes: ['read'], ...json };
    const answer = await call<ProblemBody>(api(), 'POST', '/v1/keys', { ...asAdmin(), json: given });
    expectProblem(answer, 422, 'invalid');
    expect(answer.body.errors?.map((error) => error.pointer)).toContain(pointer);
  });

  test('a quota that is used up answers 429, and Retry-After says when it is worth trying again', async () => {
    const { key } = await make({ quotas: { commands_per_minute: 2, open_sessions: 3 } });
    for (const _each of [1, 2]) expect((await exec(key, 'true')).status).toBe(202);
    const refused = await exec(key, 'true');
    expectProblem(refused, 429, 'too_many_commands');
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(30);
    // What was refused has left nothing behind: one session more may be open.
    expect((await call(api(), 'POST', '/v1/sessions', { key, json: {} })).status).toBe(201);
    const full = await call<ProblemBody>(api(), 'POST', '/v1/sessions', { key, json: {} });
    expectProblem(full, 429, 'too_many_sessions');
    expect(Number(full.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('what a key may not run is 403 and says which', async () => {
    const { key } = await make({ allow: ['ls'], timeout_max: 5 });
    expect((await exec(key, 'ls | cd /')).status).toBe(202);
    const other = await exec(key, 'ls; rm x');
    expectProblem(other, 403, 'not_allowed');
    expect(other.body.detail).toContain('"rm"');
    expectProblem(await exec(key, 'ls `pwd`'), 403, 'not_allowed');
    expectProblem(await exec(key, 'ls', { timeout: 6 }), 403, 'not_allowed');
  });

  test('a rotated key: both secrets within the grace, the new one alone without', async () => {
    const made = await make({});
    const session = await openSession(api(), {});
    const rotate = async (json?: object) => {
      const path = `/v1/keys/${made.id}/rotate`;
      const { status, body } = await call<NewKey>(api(), 'POST', path, { ...asAdmin(), ...(json ? { json } : {}) });
      expect(status).toBe(201);
      return body;
    };
    const works = async (key: string) => (await call(api(), 'GET', '/v1/sessions', { key })).status === 200;
    const second = await rotate();
    expect(second.key).not.toBe(made.key);
    expect(Date.parse(second.previous_until ?? '')).toBeGreaterThan(Date.now() + limits.rotationGraceMs / 2);
    expect([await works(made.key), await works(second.key)]).toEqual([true, true]);
    const third = await rotate({ grace: 0 });
    expect([await works(made.key), await works(second.key), await works(third.key)]).toEqual([false, false, true]);
    expectProblem(
      await call<ProblemBody>(api(), 'POST', `/v1/keys/${made.id}/rotate`, { ...asAdmin(), json: { grace: '31d' } }),
      422,
      'invalid',
    );
    for (const [method, path] of [
      ['PATCH', `/v1/keys/${session.id}`],
      ['POST', `/v1/keys/${session.id}/rotate`],
    ] as const) {
      expectProblem(await call<ProblemBody>(api(), method, path, { ...asAdmin(), json: {} }), 404, 'not_found');
      expectProblem(await call<ProblemBody>(api(), method, path, { json: {} }), 403, 'forbidden');
    }
  });
}
