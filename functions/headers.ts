/** What every answer says to browsers and caches. */
import { createMiddleware } from 'hono/factory';
import type { EdgeEnv } from './edge.ts';

/** No inline script, no eval, nothing from elsewhere: output is hostile. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const always: [string, string][] = [
  ['Content-Security-Policy', contentPolicy],
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
];

/** Middleware: the security headers on every answer, and `Cache-Control: no-store` unless the answer says otherwise. */
export function secureHeaders() {
  return createMiddleware<EdgeEnv>(async (c, next) => {
    await next();
    const { headers } = c.res;
    for (const [name, value] of always) headers.set(name, value);
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  });
}
