/** What the pages answer, without a browser: run on Node and in workerd. */
import { expect, test } from 'vitest';
import type { Site } from './site.ts';
import { logIn, openSession, visit } from './visit.ts';

/** Forms, and what is refused. */
export function forms(site: () => Site): void {
  test('another site can neither log in nor change anything', async () => {
    const cookie = await logIn(site());
    const path = await openSession(site(), cookie);
    for (const [address, form] of [
      ['/login', { key: site().key }],
      ['/s', { name: 'x' }],
      [`${path}/commands`, { command: 'true' }],
      [`${path}/close`, {}],
      ['/logout', {}],
    ] as const) {
      for (const headers of [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { 'sec-fetch-site': '', origin: 'https://evil.example' },
      ]) {
        const response = await visit(site(), address, { form, cookie, headers });
        expect(response.status, `${address} ${JSON.stringify(headers)}`).toBe(403);
      }
    }
    expect((await visit(site(), '/', { cookie })).status).toBe(200);
  });

  test('without scripts a command is a plain form, and its line breaks are line breaks', async () => {
    const cookie = await logIn(site());
    const path = await openSession(site(), cookie, 'plain');
    const response = await visit(site(), `${path}/commands`, { form: { command: 'echo a\r\necho b' }, cookie });
    expect([response.status, response.headers.get('location')]).toEqual([303, `${path}#c1`]);
    expect(await (await visit(site(), path, { cookie })).text()).toContain('<pre class="text">echo a\necho b</pre>');
  });

  test('the same form sent twice is one command; another text under its key is refused', async () => {
    const cookie = await logIn(site());
    const path = await openSession(site(), cookie);
    const key = crypto.randomUUID();
    const send = (command: string) => visit(site(), `${path}/commands`, { form: { command, key }, cookie });
    expect((await send('true')).headers.get('location')).toBe(`${path}#c1`);
    expect((await send('true')).headers.get('location')).toBe(`${path}#c1`);
    expect((await send('false')).status).toBe(409);
  });

  test.each([
    ['nothing', ' \r\n ', 422],
    ['NUL', 'a\0b', 400],
    ['more than a command may be', 'x'.repeat(1024 * 1024 + 1), 413],
  ])('%s is refused with a sentence', async (_name, command, status) => {
    const cookie = await logIn(site());
    const path = await openSession(site(), cookie);
    const response = await visit(site(), `${path}/commands`, {
      form: { command },
      cookie,
      headers: { 'hx-request': 'true' },
    });
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(/^<p>[A-Z][^<]+\. *<\/p>$/);
  });

  test('what is not yours is not there, and what you may only read you cannot change', async () => {
    const path = await openSession(site(), await logIn(site()));
    const other = await logIn(site(), site().otherKey);
    expect((await visit(site(), path, { cookie: other })).status).toBe(404);
    expect((await visit(site(), `${path}/tail`, { cookie: other })).status).toBe(404);
    expect((await visit(site(), `${path}/commands`, { form: { command: 'true' }, cookie: other })).status).toBe(404);
    const reader = await logIn(site(), site().readKey);
    expect((await visit(site(), path, { cookie: reader })).status).toBe(200);
    expect((await visit(site(), `${path}/commands`, { form: { command: 'true' }, cookie: reader })).status).toBe(403);
  });
}

/** Files, and the headers of every page. */
export function files(site: () => Site): void {
  test('a page carries the content policy and is not stored', async () => {
    const response = await visit(site(), '/login');
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('every file that a page names is there, and is asked for once', async () => {
    const page = await (await visit(site(), '/login')).text();
    const addresses = [...page.matchAll(/(?:href|src)="(\/public\/[^"]+)"/g)].map(([, address = '']) => address);
    expect(new Set(addresses).size).toBe(8);
    for (const address of addresses) {
      const response = await visit(site(), address);
      expect([response.status, response.headers.get('cache-control')], address).toEqual([
        200,
        'public, max-age=31536000, immutable',
      ]);
      expect(response.headers.get('content-type')).toMatch(/^(text\/(css|javascript); charset=utf-8|image\/svg\+xml)$/);
    }
    expect((await visit(site(), '/public/limpet.css?v=older')).headers.get('cache-control')).toBe(
      'public, max-age=300',
    );
    expect((await visit(site(), '/public/..%2f..%2fpackage.json')).status).toBe(404);
  });
}
