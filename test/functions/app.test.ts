/** The app by itself, its database standing in for one that fails: what no real one does on demand. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { createApp } from '../../functions/app.ts';
import { DatabaseUnavailable } from '../../functions/query.ts';
import { pollingWaits } from '../../functions/waits.ts';
import type { Query } from '../../sql/contract.ts';
import { answers, fails } from './fakes.ts';

const id = '01a1fddd-4053-7189-b99e-2680411f6acc';
const json = { 'Content-Type': 'application/json' };
const key = { Authorization: 'Bearer secret-key' };

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
    ['POST', '/v1/keys', { headers: { ...key, ...json }, body: '{"name":"a","scopes":["read"]}' }, 2],
    ['POST', `/v1/commands/${id}/stdin`, { body: 'input' }, 1],
    ['POST', `/v1/commands/${id}/stdin?offset=0`, { body: 'input' }, 2],
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
  // While the clock stands still no wait can run out.
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const waiting = app.request(`/v1/commands/${id}?wait=30`, { headers: key });
  closing.abort();
  expect(((await (await waiting).json()) as { state: string }).state).toBe('running');
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
