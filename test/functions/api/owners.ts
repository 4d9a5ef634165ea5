/** Whose what is: keys, scopes, owners. Needs no host. */
import { expect, test } from 'vitest';
import type { ApiKey, Command, Page, Session } from '../../../sql/contract.ts';
import { call, expectProblem, openSession, type ProblemBody } from './client.ts';
import { documentOf } from './document.ts';
import type { Api } from './fixture.ts';

export function owners(api: () => Api): void {
  /** Every route of the document with the ids of something that `key` owns, and a body that would be taken. */
  async function everyRoute(): Promise<{ method: string; path: string; json: object | undefined; template: string }[]> {
    const session = await openSession(api());
    const command = await call<Command>(api(), 'POST', `/v1/sessions/${session.id}/commands`, {
      json: { command: 'true' },
      headers: { Prefer: 'wait=0' },
    });
    const bodies: Record<string, object> = {
      '/v1/sessions/{session}/commands': { command: 'true' },
      '/v1/exec': { command: 'true' },
      '/v1/commands/cancel': { filter: {} },
      '/v1/commands/{id}/signal': { signal: 'INT' },
      '/v1/sessions/{session}/keys': { keys: ['a'] },
      '/v1/sessions/{session}/size': { cols: 80, rows: 24 },
      '/v1/keys': { name: 'x', scopes: ['read'] },
    };
    return Object.entries((await documentOf(api().url)).paths).flatMap(([template, operations]) =>
      Object.entries(operations).map(([method, { requestBody }]) => ({
        template,
        method: method.toUpperCase(),
        path: template.replace('{session}', session.id).replace('{id}', command.body.id),
        json: requestBody ? (bodies[template] ?? {}) : undefined,
      })),
    );
  }

  test('without a key, or with one that is unknown, every route answers 401', async () => {
    for (const { method, path, json, template } of await everyRoute()) {
      if (!template.startsWith('/v1/')) continue;
      for (const key of [null, 'lp_unknown', '']) {
        const answer = await call<ProblemBody>(api(), method, path, { key, ...(json ? { json } : {}) });
        expectProblem(answer, 401, 'unauthorized');
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      }
    }
  });

  test('a key that is not good, or lacks the scope, is told so before what is wrong with the request', async () => {
    const [good, bad] = [api().readKey, 'lp_unknown'];
    for (const { method, path, json, template } of await everyRoute()) {
      if (!template.startsWith('/v1/')) continue;
      const ask = (key: string, query: string) =>
        call<ProblemBody>(api(), method, `${path}${query}`, { key, ...(json ? { json } : {}) });
      expectProblem(await ask(bad, '?nonsense=1'), 401, 'unauthorized');
      // Events of a command that waits would go on.
      const isForbidden = !template.endsWith('/events') && (await ask(good, '')).status === 403;
      expect([template, method, (await ask(good, '?nonsense=1')).status]).toEqual([
        template,
        method,
        isForbidden ? 403 : 422,
      ]);
    }
    const { id } = await openSession(api());
    const commands = `/v1/sessions/${id}/commands`;
    const wrong: [string, string, object][] = [
      ['POST', commands, { body: '{', headers: { 'Content-Type': 'application/json' } }],
      ['POST', commands, { body: 'a=1', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }],
      ['POST', commands, { text: 'x'.repeat(1024 * 1024 + 1) }],
      ['POST', commands, { json: {} }],
      ['DELETE', '/v1/commands/1', {}],
      ['POST', '/v1/sessions', { headers: { 'Idempotency-Key': 'é' } }],
      ['POST', '/v1/keys', { json: {} }],
    ];
    for (const [method, path, options] of wrong) {
      expectProblem(await call(api(), method, path, { ...options, key: bad }), 401, 'unauthorized');
      expectProblem(await call(api(), method, path, { ...options, key: good }), 403, 'forbidden');
    }
    // Where there is nothing, no scope is needed to know it.
    expectProblem(await call(api(), 'POST', '/v1/nothing', { key: bad }), 401, 'unauthorized');
    expectProblem(await call(api(), 'POST', '/v1/nothing', { key: good }), 404, 'not_found');
    expectProblem(await call(api(), 'GET', '/v1/commands/1', { key: good }), 404, 'not_found');
    expectProblem(await call(api(), 'PUT', '/v1/sessions', { key: good }), 405, 'method_not_allowed');
  });

  test("another owner's key finds nothing, on every route", async () => {
    for (const { method, path, json, template } of await everyRoute()) {
      if (!template.includes('{') || template.startsWith('/v1/keys')) continue;
      const answer = await call<ProblemBody>(api(), method, path, { key: api().otherKey, ...(json ? { json } : {}) });
      expectProblem(answer, 404, 'not_found');
    }
    for (const path of ['/v1/sessions', '/v1/commands']) {
      const { body } = await call<Page<unknown>>(api(), 'GET', path, { key: api().otherKey });
      expect(body.items).toEqual([]);
    }
  });

  test('the key may also come as X-Shell-Key', async () => {
    const headers = { 'X-Shell-Key': api().key };
    expect((await call(api(), 'GET', '/v1/sessions', { key: null, headers })).status).toBe(200);
    const basic = await call<ProblemBody>(api(), 'GET', '/v1/sessions', {
      key: null,
      headers: { Authorization: 'Basic YTpi' },
    });
    expectProblem(basic, 401, 'unauthorized');
  });

  test('a key that may only read changes nothing', async () => {
    const key = api().readKey;
    const session = await openSession(api());
    expect((await call<Session>(api(), 'GET', `/v1/sessions/${session.id}`, { key })).body.id).toBe(session.id);
    for (const [method, path, json] of [
      ['POST', '/v1/sessions', {}],
      ['DELETE', `/v1/sessions/${session.id}`, undefined],
      ['POST', `/v1/sessions/${session.id}/commands`, { command: 'true' }],
      ['POST', '/v1/exec', { command: 'true' }],
      ['POST', `/v1/sessions/${session.id}/interrupt`, undefined],
    ] as const) {
      expectProblem(await call<ProblemBody>(api(), method, path, { key, ...(json ? { json } : {}) }), 403, 'forbidden');
    }
  });

  test('keys are made, listed and revoked by admins alone, and shown once', async () => {
    const admin = { key: api().adminKey };
    const json = { name: 'robot', owner: 'carol', scopes: ['execute'], expires_at: '2999-01-01T00:00:00Z' };
    expectProblem(await call<ProblemBody>(api(), 'POST', '/v1/keys', { json }), 403, 'forbidden');
    expectProblem(await call<ProblemBody>(api(), 'GET', '/v1/keys'), 403, 'forbidden');
    const made = await call<ApiKey & { key: string }>(api(), 'POST', '/v1/keys', { ...admin, json });
    expect(made.status).toBe(201);
    expect(made.body.key).toMatch(/^lp_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/);
    const listed = await call<Page<ApiKey>>(api(), 'GET', '/v1/keys', admin);
    expect(JSON.stringify(listed.body)).not.toContain(made.body.key);
    expect(listed.body.items.map((item) => item.id)).toContain(made.body.id);
    expect((await call(api(), 'GET', '/v1/sessions', { key: made.body.key })).status).toBe(200);
    for (const _again of [1, 2])
      expect((await call(api(), 'DELETE', `/v1/keys/${made.body.id}`, admin)).status).toBe(204);
    expectProblem(await call<ProblemBody>(api(), 'GET', '/v1/sessions', { key: made.body.key }), 401, 'unauthorized');
  });

  test('an admin sees what every owner made', async () => {
    const session = await openSession(api());
    expect((await call(api(), 'GET', `/v1/sessions/${session.id}`, { key: api().adminKey })).status).toBe(200);
  });

  test('no log line has a key, a command, an address or a body in it', async () => {
    const { logged } = api();
    if (!logged) return;
    const session = await openSession(api(), { name: 'a telling name' });
    await call(api(), 'POST', `/v1/sessions/${session.id}/commands`, {
      text: 'echo my-secret',
      headers: { Prefer: 'wait=0' },
    });
    await call(api(), 'GET', '/v1/sessions/a%20telling%20name?');
    await call(api(), 'GET', '/v1/commands?q=my-secret');
    const text = JSON.stringify(logged);
    for (const secret of [api().key, api().adminKey, 'my-secret', 'telling']) expect(text).not.toContain(secret);
    const line = logged.findLast((entry) => entry.command_id !== undefined);
    expect(line).toMatchObject({
      level: 'info',
      event: 'request',
      route: '/v1/sessions/:session/commands',
      status: 202,
      session_id: session.id,
    });
  });
}
