/** Requests as a browser makes them. */
import { expect } from 'vitest';
import type { Site } from './site.ts';

type Visit = { method?: string; form?: Record<string, string>; headers?: Record<string, string>; cookie?: string };

/** As a browser would ask: no redirect is followed, and a form comes from the site itself. */
export function visit(site: Site, path: string, { method, form, headers, cookie }: Visit = {}): Promise<Response> {
  const changing = form ? { origin: site.url, 'sec-fetch-site': 'same-origin' } : {};
  return fetch(site.url + path, {
    method: method ?? (form ? 'POST' : 'GET'),
    redirect: 'manual',
    headers: { ...changing, ...(cookie ? { cookie } : {}), ...headers },
    ...(form ? { body: new URLSearchParams(form) } : {}),
  });
}

/** The cookie of a login by key. */
export async function logIn(site: Site, key = site.key): Promise<string> {
  const response = await visit(site, '/login', { form: { key } });
  expect(response.status).toBe(303);
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** The address of a fresh session. */
export async function openSession(site: Site, cookie: string, name = ''): Promise<string> {
  return (await visit(site, '/s', { form: { name }, cookie })).headers.get('location') ?? '';
}
