/** What an address answers where no route does: which methods it takes, or that there is none. */
import { createMiddleware } from 'hono/factory';
import type { EdgeApp, EdgeContext, EdgeEnv } from './edge.ts';
import { Problem } from './problem.ts';

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] as const;

/** Middleware: throws `bad_request` where an address holds NUL, which Postgres' text cannot. */
export function refuseNul() {
  return createMiddleware<EdgeEnv>(async (c, next) => {
    if (c.req.raw.url.includes('%00')) throw new Problem('bad_request', 'The address contains NUL.');
    await next();
  });
}

/** Middleware: answers OPTIONS with the methods that the address takes; it needs no key, as it tells only what /docs does. */
export function answerOptions(app: EdgeApp) {
  return createMiddleware<EdgeEnv>(async (c, next) => {
    const allowed = c.req.method === 'OPTIONS' ? allowedMethods(app, c) : [];
    if (allowed.length === 0) return next();
    return c.body(null, 204, { Allow: allowed.join(', ') });
  });
}

/** The handler for what no route took: throws `method_not_allowed` with `Allow`, or `not_found`. */
export function answerUnknown(app: EdgeApp) {
  return (c: EdgeContext): never => {
    const allowed = allowedMethods(app, c);
    const hint = 'GET /docs lists every address and its methods.';
    if (allowed.length === 0) throw new Problem('not_found', 'There is nothing at this address.', { hint });
    const headers = { Allow: allowed.join(', ') };
    throw new Problem('method_not_allowed', `This address takes ${allowed.join(', ')}.`, { hint, headers });
  };
}

function allowedMethods(app: EdgeApp, c: EdgeContext): string[] {
  const allowed = methods.filter((method) =>
    app.router.match(method, c.req.path)[0].some(([[, route]]) => route.method === method),
  );
  if (allowed.length === 0) return [];
  return [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : []), 'OPTIONS'];
}
