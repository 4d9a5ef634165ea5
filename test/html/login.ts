/** Logging in and out, without a browser: run on Node and in workerd. */
import { expect, test } from 'vitest';
import type { Site } from './site.ts';
import { logIn, visit } from './visit.ts';

/** Logging in and out. */
export function loggingIn(site: () => Site): void {
  test('without a login every page leads to the form', async () => {
    for (const path of ['/', '/sessions', '/s/x', '/s/x/tail']) {
      const response = await visit(site(), path);
      expect([response.status, response.headers.get('location')], path).toEqual([303, '/login']);
    }
  });

  test('htmx is led there by a header', async () => {
    const response = await visit(site(), '/s/x/tail', { headers: { 'hx-request': 'true' } });
    expect([response.status, response.headers.get('hx-redirect')]).toEqual([401, '/login']);
  });

  test('behind a link on another site the page asks once more, with its cookie', async () => {
    const response = await visit(site(), '/s/x?before=3', { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('http-equiv="refresh" content="0; url=/s/x?before=3"');
  });

  test('a key logs in with a cookie that no script and no other site can use', async () => {
    const response = await visit(site(), '/login', { form: { key: site().key } });
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(response.headers.get('location')).toBe('/');
    expect(cookie).toMatch(/^limpet=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    expect((await visit(site(), '/', { cookie: cookie.split(';')[0] ?? '' })).status).toBe(200);
  });

  test('over HTTPS the cookie is bound to the host', async () => {
    const response = await visit(site(), '/login', {
      form: { key: site().key },
      headers: { 'x-forwarded-proto': 'https' },
    });
    expect(response.headers.get('set-cookie')).toMatch(
      /^__Host-limpet=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
  });

  test('a wrong key is told so, and sets nothing', async () => {
    const response = await visit(site(), '/login', { form: { key: 'lp_wrong' } });
    expect([response.status, response.headers.get('set-cookie')]).toEqual([401, null]);
    expect(await response.text()).toContain('unknown, revoked or expired');
  });

  test('the one-time link logs in once; then it says what to do, or leads on who is logged in', async () => {
    const path = new URL(await site().loginLink()).pathname;
    const first = await visit(site(), path);
    expect([first.status, first.headers.get('location')]).toEqual([303, '/']);
    const second = await visit(site(), path);
    expect(second.status).toBe(410);
    expect(await second.text()).toContain('log in with a key');
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await visit(site(), path, { cookie })).headers.get('location')).toBe('/');
  });

  test('after logging out the cookie is worth nothing', async () => {
    const cookie = await logIn(site());
    const response = await visit(site(), '/logout', { form: {}, cookie });
    expect(response.headers.get('set-cookie')).toMatch(/^limpet=;/);
    expect((await visit(site(), '/', { cookie })).headers.get('location')).toBe('/login');
  });
}
