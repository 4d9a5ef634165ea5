/** SQL in every field: each text of each request, in turn, is what would break out of a statement that was put together. */
import { expect, test } from 'vitest';
import { checkDocumented, documentOf } from '../functions/api/document.ts';
import { operationsOf } from './requests.ts';
import { useWorld } from './world.ts';

const world = useWorld();

const payloads = [
  "'; drop table limpet.sessions cascade; --",
  "' || (select pg_sleep(20)) || '",
  "' union select hash::text from limpet.api_keys --",
  '$1); delete from limpet.events; --',
  "\\'; select 1; --",
  '{"a":"\\"}',
];

const bodies: Record<string, (text: string) => object[]> = {
  '/v1/sessions': (text) => [
    ...[{ name: text }, { cwd: text }, { env: { A: text } }, { env: { [text]: 'a' } }, { labels: { [text]: text } }],
    ...[{ pool: text }, { idle_timeout: text }],
  ],
  '/v1/sessions/{session}/commands': (text) => [
    { command: text, stdin: text, env: { A: text }, cwd: text },
    { command: 'a', timeout: text },
  ],
  '/v1/exec': (text) => [
    { command: text, stdin: text, env: { A: text }, cwd: text },
    { command: 'a', if_busy: text },
  ],
  '/v1/sessions/{session}/keys': (text) => [{ keys: [text, { text }] }],
  '/v1/sessions/{session}/fork': (text) => [{ name: text }, { after: text }],
  '/v1/sessions/{session}/replay': (text) => [{ name: text, force: true }, { from: text }],
  '/v1/commands/cancel': (text) =>
    ['q', 'state', 'session', 'host', 'key', 'before'].map((name) => ({ filter: { [name]: text }, preview: true })),
  '/v1/commands/{id}/signal': (text) => [{ signal: text }],
  '/v1/keys': (text) => [
    { name: text, scopes: ['read'] },
    { name: 'a', owner: text, scopes: ['read'] },
    { name: 'a', scopes: [text] },
  ],
  '/v1/keys/{id}': (text) => [{ name: text }, { expires_at: text }, { allow: [text] }],
};

test('is text, on every route', { timeout: 120_000 }, async () => {
  const { api, make, query } = world();
  const { session, ended } = await make();
  const document = await documentOf(api.url);
  const counts = async () =>
    (
      await query(
        `select (select count(*) from limpet.sessions where id = $1) as sessions, (select count(*) from limpet.events where session_id = $1) > 0 as events,
           (select count(*) from limpet.api_keys where revoked_at is null) >= 4 as keys`,
        [session.id],
      )
    )[0];
  const before = await counts();
  for (const { method, template, parameters } of operationsOf(document, [])) {
    for (const text of payloads) {
      const encoded = encodeURIComponent(text);
      const there = template.replace('{session}', session.id).replace('{id}', ended.id);
      const query = parameters.filter((one) => one.in === 'query').map((one) => `${there}?${one.name}=${encoded}`);
      const headers = parameters.filter((one) => one.in === 'header').map((one) => ({ [one.name]: text }));
      const requests: [string, object | undefined, object][] = [
        [template.replaceAll(/\{\w+\}/g, encoded), method === 'GET' ? undefined : {}, {}],
        ...query.map((path) => [path, undefined, {}] as [string, undefined, object]),
        ...headers.map(
          (given) => [there, method === 'GET' ? undefined : {}, given] as [string, object | undefined, object],
        ),
        ...(method === 'GET' ? [] : (bodies[template]?.(text) ?? [])).map(
          (json) => [there, json, {}] as [string, object, object],
        ),
      ];
      if (method === 'DELETE') continue;
      for (const [path, json, given] of requests) {
        const init = {
          method,
          headers: { 'X-Shell-Key': api.adminKey, 'Content-Type': 'application/json', ...given, Prefer: 'wait=0' },
        };
        const stop = new AbortController();
        const response = await fetch(api.url + path, {
          ...init,
          body: json ? JSON.stringify(json) : null,
          signal: stop.signal,
        });
        expect(response.status, `${method} ${path} ${JSON.stringify(json)}`).not.toBe(500);
        const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
        const body = isStream ? '' : await response.text();
        if (isStream) stop.abort();
        expect(body).not.toMatch(/syntax error at|unterminated quoted|SQLSTATE/);
        await checkDocumented(api.url, method, template, response, undefined);
      }
    }
  }
  expect(await counts()).toEqual(before);
});
