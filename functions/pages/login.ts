/**
 * Logging a browser in, by the one-time link or by a key, and out. The cookie is 32 random bytes of which only SHA-256 is
 * stored; no script can read it and no other site can send it.
 */
import { deleteCookie, setCookie } from 'hono/cookie';
import { loginPage } from '../../html/login.ts';
import { messagePage } from '../../html/page.ts';
import { limits } from '../../sql/contract.ts';
import { cookieName, readCredential, requireSameOrigin } from '../auth.ts';
import { sha256, toBase64Url, utf8 } from '../bytes.ts';
import type { Edge, EdgeApp, EdgeContext } from '../edge.ts';
import { asProblem } from '../problem.ts';
import { shardToken } from '../shards.ts';
import { type LoadAssets, openFrame } from './frame.ts';

const insecure =
  'A browser logs in over HTTPS only, or over plain HTTP on this very machine (127.0.0.1). Anyone between could read the key.';

/** Adds the routes of logging in and out. */
export function loginRoutes(app: EdgeApp, { calls, settings: { shard } }: Edge, assets: LoadAssets): void {
  app.get('/login', async (c) => c.html(loginPage(await openFrame(c, assets), cookieName(c) ? undefined : insecure)));

  app.post('/login', async (c) => {
    requireSameOrigin(c);
    if (!cookieName(c)) return c.html(loginPage(await openFrame(c, assets), insecure), 403);
    const { key } = await c.req.parseBody();
    const credential = await sha256(utf8(typeof key === 'string' ? key.trim() : ''));
    const login = await freshLogin(shard);
    try {
      await calls.createLogin(credential, login.hash);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.code !== 'unauthorized') throw error;
      return c.html(loginPage(await openFrame(c, assets), 'This key is unknown, revoked or expired.'), 401);
    }
    return welcome(c, login.token);
  });

  app.get('/login/:token', async (c) => {
    if (!cookieName(c)) return c.html(messagePage(await openFrame(c, assets), 'This needs HTTPS', insecure), 403);
    const login = await freshLogin(shard);
    const identity = await calls.redeemLoginLink(await sha256(utf8(c.req.param('token'))), login.hash);
    if (identity) return welcome(c, login.token);
    if (await isLoggedIn(c, calls)) return c.redirect('/', 303);
    return c.html(messagePage(await openFrame(c, assets), 'This link logs nobody in', spent, spentHint), 410);
  });

  app.post('/logout', async (c) => {
    const name = cookieName(c);
    const credential = await readCredential(c).catch(() => undefined);
    requireSameOrigin(c);
    if (credential) await calls.deleteLogin(credential).catch(ignoreUnauthorized);
    if (name) deleteCookie(c, name, cookieOptions(c));
    return c.redirect('/login', 303);
  });
}

const spent = `It is unknown, used or expired. A link logs one browser in, once, within ${limits.loginLinkMs / 60_000} minutes of being printed.`;
const spentHint = 'For another link start limpet again or run "limpet keys link"; or log in with a key at /login.';

async function freshLogin(shard: string | undefined): Promise<{ token: string; hash: Uint8Array }> {
  const token = shardToken(shard, toBase64Url(crypto.getRandomValues(new Uint8Array(32))));
  return { token, hash: await sha256(utf8(token)) };
}

function welcome(c: EdgeContext, token: string): Response {
  const name = cookieName(c);
  if (name) setCookie(c, name, token, { ...cookieOptions(c), maxAge: limits.loginMs / 1_000 });
  return c.redirect('/', 303);
}

function cookieOptions(c: EdgeContext) {
  return { path: '/', httpOnly: true, sameSite: 'Strict', secure: cookieName(c) === '__Host-limpet' } as const;
}

async function isLoggedIn(c: EdgeContext, calls: Edge['calls']): Promise<boolean> {
  try {
    await calls.whoami(await readCredential(c));
    return true;
  } catch (error) {
    ignoreUnauthorized(error);
    return false;
  }
}

function ignoreUnauthorized(error: unknown): void {
  if (asProblem(error).code !== 'unauthorized') throw error;
}
