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
      [`${path}/fork`, { after: '0' }],
      ['/jobs/cancel', {}],
      ['/jobs/again', {}],
      ['/keys', { name: 'x', scopes: 'read' }],
      ['/keys/x', { name: 'x' }],
      ['/keys/x/rotate', { grace: '0' }],
      ['/keys/x/revoke', {}],
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

  test('every page is there; keys are for admins', async () => {
    const [cookie, admin] = [await logIn(site()), await logIn(site(), site().adminKey)];
    const path = await openSession(site(), cookie);
    const paths = [
      '/',
      '/?q=x',
      '/sessions',
      path,
      `${path}/tail`,
      `${path}/history`,
      `${path}/replay`,
      `${path}/replay/frames`,
    ];
    const others = [
      '/jobs',
      '/jobs/rows',
      '/jobs/figures',
      '/jobs/cancel',
      '/jobs/again',
      '/hosts',
      '/usage',
      '/audit',
    ];
    for (const address of [...paths, ...others]) {
      expect((await visit(site(), address, { cookie })).status, address).toBe(200);
    }
    expect((await visit(site(), '/keys', { cookie })).status).toBe(403);
    expect((await visit(site(), '/keys', { cookie: admin })).status).toBe(200);
  });

  test.each([
    '/jobs?state=x',
    '/jobs?exit_code=-1',
    '/jobs/cancel?key=x',
    '/usage?since=x',
    '/audit?before=x',
    '/audit?cursor=x',
  ])('%s is refused, not left out', async (address) => {
    const response = await visit(site(), address, { cookie: await logIn(site()) });
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('Go to the sessions');
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
