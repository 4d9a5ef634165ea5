/** Who calls: a key in a header, or a browser's cookie. Whether it is valid is for the SQL call that does the work to say. */
import { getCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import type { Credential } from '../sql/edge.ts';
import { headerBytes, sha256, utf8 } from './bytes.ts';
import type { EdgeContext, EdgeEnv } from './edge.ts';
import { Problem } from './problem.ts';

/** Of keys that were sent lately. */
const hashes = new Map<string, Credential>();
const hashesMax = 1_000;
const hint = 'Send a key as "Authorization: Bearer KEY" or "X-Shell-Key: KEY".';

/**
 * Middleware: `credential` becomes SHA-256 of the caller's key or cookie. Throws `unauthorized` where there is none, before
 * any SQL, and `forbidden` where a cookie would change something on behalf of another site.
 */
export function authenticate() {
  return createMiddleware<EdgeEnv>(async (c, next) => {
    c.set('credential', await readCredential(c));
    await next();
  });
}

/** The caller's credential, as `authenticate` sets it. */
export async function readCredential(c: EdgeContext): Promise<Credential> {
  const key = headerKey(c);
  if (key !== undefined) return hashOf(key);
  const token = cookieToken(c);
  if (token === undefined) throw new Problem('unauthorized', 'This needs a key.', { hint });
  requireSameOrigin(c);
  return sha256(utf8(token));
}

/** The name of the browser's cookie for this address; undefined on plain HTTP to another machine, where there is none. */
export function cookieName(c: EdgeContext): '__Host-limpet' | 'limpet' | undefined {
  const { protocol, hostname } = new URL(c.req.url);
  if (protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https') return '__Host-limpet';
  return isLoopback(hostname) ? 'limpet' : undefined;
}

/** Throws `forbidden` unless a changing request comes from a page of this very origin. Browsers set these headers themselves. */
export function requireSameOrigin(c: EdgeContext): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(c.req.method)) return;
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  const same =
    site === undefined ? origin !== undefined && hostOf(origin) === new URL(c.req.url).host : site === 'same-origin';
  if (!same) throw new Problem('forbidden', 'A cookie changes nothing on behalf of another site.', { hint });
}

/** A digest is a journey to another thread; callers come again with the key they had. */
async function hashOf(key: string): Promise<Credential> {
  const known = hashes.get(key);
  if (known !== undefined) return known;
  const hash = await sha256(headerBytes(key));
  if (hashes.size >= hashesMax) hashes.clear();
  hashes.set(key, hash);
  return hash;
}

function headerKey(c: EdgeContext): string | undefined {
  const authorization = c.req.header('authorization');
  if (authorization === undefined) {
    const key = c.req.header('x-shell-key');
    return key || undefined;
  }
  const key = /^Bearer +(\S.*)$/i.exec(authorization)?.[1];
  if (key === undefined) throw new Problem('unauthorized', 'The Authorization header is not "Bearer KEY".', { hint });
  return key;
}

function cookieToken(c: EdgeContext): string | undefined {
  const name = cookieName(c);
  return name === undefined ? undefined : getCookie(c, name) || undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
