/** Problems on pages, for people: the way to the login, a line for htmx, or a page that says what went wrong. */

import { createMiddleware } from 'hono/factory';
import { html } from 'hono/html';
import { messagePage } from '../../html/page.ts';
import type { EdgeContext, EdgeEnv } from '../edge.ts';
import { asProblem, type Problem, problems } from '../problem.ts';
import { type LoadAssets, openFrame } from './frame.ts';
import { isPagePath } from './paths.ts';

/** Middleware: a page's problem is answered as HTML; what asks for something else gets the problem document. */
export function pageProblems(assets: LoadAssets) {
  return createMiddleware<EdgeEnv>(async (c, next) => {
    await next();
    if (!c.error) return;
    const problem = asProblem(c.error);
    if (!isPagePath(c.req.path) && !isLostBrowser(c, problem)) return;
    const response = await answer(c, problem, assets);
    // Without this the headers of the problem document stay.
    c.res = undefined;
    c.res = response;
  });
}

/** Somebody with a browser at an address that there is not, and that is none of the API's. */
function isLostBrowser(c: EdgeContext, { code }: Problem): boolean {
  const isForPeople = c.req.header('accept')?.includes('text/html') ?? false;
  return isForPeople && code === 'not_found' && !c.req.path.startsWith('/v1/');
}

async function answer(c: EdgeContext, problem: Problem, assets: LoadAssets): Promise<Response> {
  const isFragment = c.req.header('hx-request') !== undefined;
  if (problem.code === 'unauthorized') return isFragment ? toLoginByHtmx() : toLogin(c);
  const { title } = problems[problem.code];
  const { hint } = problem.extras;
  const status = problem.status as 400;
  if (isFragment) return c.html(html`<p>${problem.message} ${hint ?? ''}</p>`, status);
  return c.html(messagePage(await openFrame(c, assets), title, problem.message, hint), status);
}

/** htmx follows this header whatever the status. */
function toLoginByHtmx(): Response {
  return new Response(null, { status: 401, headers: { 'HX-Redirect': '/login' } });
}

/**
 * Behind a link on another site the cookie does not come along (SameSite=Strict), though the browser may be logged in: a page
 * that asks for the same address again is of this site, and then it does.
 */
function toLogin(c: EdgeContext): Response {
  const isFromElsewhere = ['cross-site', 'same-site'].includes(c.req.header('sec-fetch-site') ?? '');
  if (!isFromElsewhere || c.req.method !== 'GET') return c.redirect('/login', 303);
  const { pathname, search } = new URL(c.req.url);
  const again = html`<!doctype html><meta http-equiv="refresh" content="0; url=${pathname}${search}"><title>limpet</title>`;
  return c.html(again as string, 200, { 'Cache-Control': 'no-store' });
}
