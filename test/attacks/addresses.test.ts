/** Tricks with addresses and headers: another spelling of an address opens no door, and no header says who calls but the key. */
import { expect, test } from 'vitest';
import { raw, statusesOf } from './raw.ts';
import { useWorld } from './world.ts';

const world = useWorld();
const end = 'Connection: close\r\n\r\n';

test('an address spelled otherwise needs the key all the same', async () => {
  const { api } = world();
  const spelled = [
    ...[
      '/v1/sessions',
      '//v1/sessions',
      '/v1//sessions',
      '/./v1/sessions',
      '/health/../v1/sessions',
      '/v1/sessions/',
      '/V1/sessions',
    ],
    ...[
      '/%76%31/sessions',
      '/v1%2fsessions',
      '/v1/%2e%2e/v1/sessions',
      '/v1/sessions;x=1',
      '/v1/sessions%00',
      '/v1\\sessions',
    ],
    ...[
      '/docs/..%2fv1/sessions',
      '/public/..%2f..%2fpackage.json',
      '/public/%2e%2e/%2e%2e/package.json',
      '/v1/sessions#/health',
    ],
    ...[
      `http://127.0.0.1/v1/sessions`,
      'http://evil.example/v1/sessions',
      '/v1/sessions?/health',
      '/.git/config',
      '/.env',
    ],
  ];
  for (const path of spelled) {
    const answer = await raw(api.url, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${end}`);
    expect(statusesOf(answer)[0], path).toBeGreaterThanOrEqual(400);
    expect(statusesOf(answer)[0], path).toBeLessThan(500);
    expect(answer, path).not.toContain('"items"');
    expect(answer, path).not.toContain('"dependencies"');
  }
});

test.for([
  'X-Forwarded-User: alice',
  'X-Remote-User: admin',
  'X-Original-URL: /health',
  'X-Rewrite-URL: /health',
  'X-HTTP-Method-Override: GET',
  'X-Forwarded-For: 127.0.0.1',
  'X-Forwarded-Host: 127.0.0.1',
  'Forwarded: for=127.0.0.1;proto=https',
  'Cookie: limpet=1; __Host-limpet=1',
  'Authorization: Bearer ',
  'Authorization: Basic YWRtaW46YWRtaW4=',
  'Authorization: bearer null',
  'X-Shell-Key: ',
  'Range: bytes=0-',
])('%s lets nobody in', async (header) => {
  const { api } = world();
  const answer = await raw(api.url, `GET /v1/sessions HTTP/1.1\r\nHost: 127.0.0.1\r\n${header}\r\n${end}`);
  expect(statusesOf(answer)).toEqual([401]);
});

test('two keys in one request are not one of them and the other', async () => {
  const { api } = world();
  const { key, otherKey } = api;
  const twice = `Authorization: Bearer ${key}\r\nAuthorization: Bearer ${otherKey}\r\n`;
  const statuses = statusesOf(await raw(api.url, `GET /v1/sessions HTTP/1.1\r\nHost: a\r\n${twice}${end}`));
  // Node keeps the first of two; another server might join them, and then neither is a key.
  expect([200, 401]).toContain(statuses[0]);
  const wrongFirst = `Authorization: Bearer wrong\r\nX-Shell-Key: ${key}\r\n`;
  expect(statusesOf(await raw(api.url, `GET /v1/sessions HTTP/1.1\r\nHost: a\r\n${wrongFirst}${end}`))).toEqual([401]);
});

test('a line break in a value becomes no header of the answer', async () => {
  const { api } = world();
  for (const path of [
    '/v1/sessions/a%0d%0aX-Injected:%201',
    '/login/%0d%0aSet-Cookie:%20limpet=1',
    '/v1/commands?q=%0d%0aX-Injected:1',
  ]) {
    const answer = await fetch(api.url + path, {
      headers: { 'X-Shell-Key': api.key, 'X-Request-Id': 'a' },
      redirect: 'manual',
    });
    expect([answer.headers.get('x-injected'), answer.headers.get('set-cookie')]).toEqual([null, null]);
    expect(answer.status).toBeLessThan(500);
  }
});

test.for([
  ['two lengths', 'Content-Length: 4\r\nContent-Length: 40\r\n'],
  ['a length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n'],
  ['chunks, disguised', 'Transfer-Encoding: xchunked\r\n'],
  ['chunks, twice', 'Transfer-Encoding: chunked, identity\r\n'],
  ['a length that is none', 'Content-Length: -4\r\n'],
  ['a length with a sign', 'Content-Length: +4\r\n'],
  ['a blank before the colon', 'Content-Length : 4\r\n'],
  ['a folded header', 'X-A: a\r\n b\r\n'],
])('a request with %s hides no second one behind it', async ([, headers]) => {
  const { api } = world();
  const hidden = `GET /v1/sessions HTTP/1.1\r\nHost: a\r\nX-Shell-Key: ${api.key}\r\n${end}`;
  const first = `POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nX-Shell-Key: ${api.key}\r\n`;
  const answers = await raw(api.url, `${first}${headers}\r\n0\r\n\r\n${hidden}`);
  expect(statusesOf(answers), answers).toEqual([400]);
});
