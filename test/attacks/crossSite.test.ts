/** Requests that another site has a browser make: the cookie changes nothing on its behalf, and nothing may be read across origins. */
import { expect, test } from 'vitest';
import { cookieOf } from './login.ts';
import { routesOf } from './routes.ts';
import { useWorld } from './world.ts';

const world = useWorld();

test('every changing route refuses a cookie that another site sends, whatever it calls itself', async () => {
  const { api, make } = world();
  const { session, ended, queued } = await make();
  const cookie = await cookieOf(api.url, api.key);
  expect(cookie).toMatch(/^limpet=/);
  const elsewhere: Record<string, string>[] = [
    { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { 'Sec-Fetch-Site': 'same-site' },
    { 'Sec-Fetch-Site': 'none' },
    { Referer: `${api.url}/` },
  ];
  const changing = routesOf({ session: session.id, id: queued.id }).filter(({ method }) => method !== 'GET');
  expect(changing.length).toBeGreaterThan(20);
  for (const { method, path } of changing) {
    if (path === '/login') continue;
    for (const headers of elsewhere) {
      const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
      const init = { method, headers: { ...form, Cookie: cookie, ...headers }, redirect: 'manual' as const };
      const { status } = await fetch(api.url + path, { ...init, body: method === 'DELETE' ? null : 'command=ls' });
      expect(status, `${method} ${path} ${JSON.stringify(headers)}`).toBe(403);
    }
  }
  const state = async (id: string) =>
    (
      (await (await fetch(`${api.url}/v1/commands/${id}`, { headers: { 'X-Shell-Key': api.key } })).json()) as {
        state: string;
      }
    ).state;
  expect([await state(queued.id), await state(ended.id)]).toEqual(['queued', 'exited']);
  expect((await fetch(`${api.url}/v1/sessions`, { headers: { Cookie: cookie } })).status).toBe(200);
});

test('nobody is logged in, or out, by another site', async () => {
  const { api } = world();
  const cookie = await cookieOf(api.url, api.key);
  for (const path of ['/login', '/logout']) {
    const headers = {
      Origin: 'https://evil.example',
      Cookie: cookie,
      'Content-Type': 'application/x-www-form-urlencoded',
    };
    const answer = await fetch(api.url + path, {
      method: 'POST',
      headers,
      body: `key=${api.otherKey}`,
      redirect: 'manual',
    });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null]);
  }
});

test('no answer of any route may be read by another origin, framed, or guessed by its kind', async () => {
  const { api, make } = world();
  const { session, ended } = await make();
  for (const { method, path } of routesOf({ session: session.id, id: ended.id })) {
    if (path.endsWith('/events') || path === '/lock') continue;
    for (const asked of [method, 'OPTIONS']) {
      const headers = {
        Origin: 'https://evil.example',
        'Access-Control-Request-Method': method,
        'X-Shell-Key': 'none',
      };
      const answer = await fetch(api.url + path, { method: asked, headers, redirect: 'manual' });
      await answer.body?.cancel();
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(answer.headers.get('cross-origin-resource-policy'), `${asked} ${path}`).toBe('same-origin');
      expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
  }
});

test('the cookie is out of reach of scripts and other sites', async () => {
  const { api } = world();
  const headers = { Origin: api.url, 'Content-Type': 'application/x-www-form-urlencoded' };
  const login = (given: object) =>
    fetch(`${api.url}/login`, {
      method: 'POST',
      headers: { ...headers, ...given },
      body: `key=${api.key}`,
      redirect: 'manual',
    });
  expect((await login({})).headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict$/);
});
