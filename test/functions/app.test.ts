/** The app by itself, its database standing in for one that fails: what no real one does on demand. */
import { expect, test } from 'vitest';
import { createApp } from '../../functions/app.ts';
import { DatabaseUnavailable } from '../../functions/query.ts';
import { pollingWaits } from '../../functions/waits.ts';
import type { Query } from '../../sql/contract.ts';

const id = '01a1fddd-4053-7189-b99e-2680411f6acc';
const json = { 'Content-Type': 'application/json' };
const key = { Authorization: 'Bearer secret-key' };

function appWith(query: Query) {
  const logged: { level: string; event: string; [field: string]: unknown }[] = [];
  const calls: { text: string; values: readonly unknown[] }[] = [];
  const app = createApp({
    query: (text, values) => {
      calls.push({ text, values });
      return query(text, values);
    },
    waits: pollingWaits(),
    log: (level, event, fields) => void logged.push({ level, event, ...fields }),
    settings: { version: '0' },
  });
  return { app, logged, calls };
}
const answers = (result: unknown) => appWith(async () => [{ result }]);
const fails = (error: Error) => appWith(() => Promise.reject(error));

test('a request without a key reaches no database', async () => {
  const { app, calls } = answers({});
  for (const headers of [{}, { Cookie: 'limpet=' }, { Authorization: 'Bearer' }, { 'X-Shell-Key': '' }]) {
    expect((await app.request('/v1/sessions', { headers })).status).toBe(401);
  }
  expect(calls).toEqual([]);
});

test('the database sees SHA-256 of the key, whichever header it came in', async () => {
  const { app, calls } = answers({ items: [], next_cursor: null });
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode('schlüssel key'));
  const hex = `\\x${Buffer.from(digest).toString('hex')}`;
  // A header carries bytes: this is how UTF-8 in it looks to the runtime.
  const sent = Buffer.from('schlüssel key').toString('latin1');
  for (const headers of [
    { Authorization: `Bearer ${sent}` },
    { authorization: `bearer  ${sent}` },
    { 'X-Shell-Key': sent },
  ]) {
    await app.request('/v1/sessions', { headers });
  }
  expect(calls.map((call) => call.values[0])).toEqual([hex, hex, hex]);
});

test.each<[string, string, Record<string, string>, number]>([
  ['GET', 'http://localhost/v1/sessions', { Cookie: 'limpet=token' }, 200],
  ['GET', 'http://127.0.0.1:8787/v1/sessions', { Cookie: 'limpet=token' }, 200],
  ['GET', 'http://example.org/v1/sessions', { Cookie: 'limpet=token' }, 401],
  ['GET', 'http://example.org/v1/sessions', { Cookie: '__Host-limpet=token' }, 401],
  ['GET', 'https://example.org/v1/sessions', { Cookie: '__Host-limpet=token' }, 200],
  ['GET', 'https://example.org/v1/sessions', { Cookie: 'limpet=token' }, 401],
  ['POST', 'http://localhost/v1/sessions', { Cookie: 'limpet=token' }, 403],
  ['POST', 'http://localhost/v1/sessions', { Cookie: 'limpet=token', 'Sec-Fetch-Site': 'same-origin' }, 201],
  ['POST', 'http://localhost/v1/sessions', { Cookie: 'limpet=token', 'Sec-Fetch-Site': 'same-site' }, 403],
  ['POST', 'http://localhost/v1/sessions', { Cookie: 'limpet=token', 'Sec-Fetch-Site': 'none' }, 403],
  ['POST', 'http://localhost/v1/sessions', { Cookie: 'limpet=token', Origin: 'http://localhost' }, 201],
  ['POST', 'http://localhost/v1/sessions', { Cookie: 'limpet=token', Origin: 'http://evil.example' }, 403],
  ['POST', 'http://localhost/v1/sessions', { Cookie: 'limpet=token', Origin: 'null' }, 403],
  ['POST', 'http://localhost/v1/sessions', { ...key, Origin: 'http://evil.example' }, 201],
])('%s %s with %j is %d', async (method, url, headers, status) => {
  const { app } = answers({ id, items: [] });
  expect((await app.request(url, { method, headers })).status).toBe(status);
});

test('an error nobody foresaw is 500, tells its request id and nothing else, and is logged with its stack', async () => {
  const { app, logged } = fails(new TypeError('the secret of the house'));
  const response = await app.request('/v1/sessions', { headers: { ...key, 'X-Request-Id': 'find-me' } });
  const body = await response.text();
  expect(response.status).toBe(500);
  expect(JSON.parse(body)).toMatchObject({ code: 'internal', request_id: 'find-me' });
  expect(body).not.toContain('secret');
  expect(logged[0]).toMatchObject({
    level: 'error',
    event: 'internal',
    request_id: 'find-me',
    error: 'the secret of the house',
  });
  expect(logged[0]?.stack).toContain('TypeError');
  expect(logged[1]).toMatchObject({ level: 'error', event: 'request', status: 500, code: 'internal' });
  expect(JSON.stringify(logged)).not.toContain('secret-key');
});

test('no answer of the database is 503 with Retry-After; what may be repeated was tried twice', async () => {
  const attempts: [string, string, object, number][] = [
    ['GET', '/v1/sessions', {}, 2],
    ['GET', '/ready', {}, 2],
    ['POST', '/v1/sessions', {}, 2],
    ['POST', `/v1/sessions/${id}/commands`, { headers: { ...key, 'Content-Type': 'text/plain' }, body: 'ls' }, 2],
    ['DELETE', `/v1/commands/${id}`, {}, 2],
    ['POST', `/v1/commands/${id}/signal`, { headers: { ...key, ...json }, body: '{"signal":"INT"}' }, 1],
    ['POST', `/v1/sessions/${id}/interrupt`, {}, 1],
    ['POST', '/v1/keys', { headers: { ...key, ...json }, body: '{"name":"a","scopes":["read"]}' }, 1],
  ];
  for (const [method, path, init, times] of attempts) {
    const { app, calls } = fails(new DatabaseUnavailable(new Error('ECONNREFUSED')));
    const response = await app.request(path, { method, headers: key, ...init });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(((await response.json()) as { code: string }).code).toBe('database_unavailable');
    expect(calls, path).toHaveLength(times);
  }
});

test('a repeated submit carries the same id', async () => {
  const { app, calls } = fails(new DatabaseUnavailable(''));
  await app.request(`/v1/sessions/${id}/commands`, {
    method: 'POST',
    headers: { ...key, 'Content-Type': 'text/plain' },
    body: 'ls',
  });
  expect(calls[0]?.values).toEqual(calls[1]?.values);
});

test('when the edge is to end, who waits is answered at once', async () => {
  const closing = new AbortController();
  const command = {
    id,
    session_id: id,
    state: 'running',
    stdout_head: '',
    stdout_tail: '',
    stderr_head: '',
    stderr_tail: '',
  };
  const query: Query = async () => [{ result: command }];
  const app = createApp({
    query,
    waits: pollingWaits(),
    log: () => {},
    settings: { version: '0' },
    closing: closing.signal,
  });
  const waiting = app.request(`/v1/commands/${id}?wait=30`, { headers: key });
  const startedAt = performance.now();
  closing.abort();
  expect(((await (await waiting).json()) as { state: string }).state).toBe('running');
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

test('routes are logged by their pattern, and an address that has none is not logged', async () => {
  const { app, logged } = answers({
    id,
    session_id: id,
    state: 'exited',
    stdout_head: '',
    stdout_tail: '',
    stderr_head: '',
    stderr_tail: '',
  });
  await app.request(`/v1/commands/${id}?strip=ansi`, { headers: key });
  await app.request('/my-password-as-a-path?token=x');
  expect(logged[0]).toMatchObject({
    event: 'request',
    method: 'GET',
    route: '/v1/commands/:id',
    status: 200,
    command_id: id,
  });
  expect(logged[1]).toMatchObject({ status: 404, code: 'not_found' });
  expect(JSON.stringify(logged)).not.toMatch(/password|token|strip/);
});
