import { expect, test } from 'vitest';
import { answers } from './fakes.ts';

const id = '01a1fddd-4053-7189-b99e-2680411f6acc';
const key = { Authorization: 'Bearer secret-key' };

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
  // A header carries bytes: this is how UTF-8 in it looks to the runtime.
  const sent = Buffer.from('schlüssel key').toString('latin1');
  for (const headers of [
    { Authorization: `Bearer ${sent}` },
    { authorization: `bearer  ${sent}` },
    { 'X-Shell-Key': sent },
  ]) {
    await app.request('/v1/sessions', { headers });
  }
  expect(calls.map((call) => call.values[0])).toEqual(Array(3).fill(new Uint8Array(digest)));
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
