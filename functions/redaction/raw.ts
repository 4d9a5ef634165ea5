/** `?raw=true`: who may have it gets an answer as it is stored, and the record says so. All others say which rules were applied to them. */
import { createMiddleware } from 'hono/factory';
import type { Edge, EdgeEnv } from '../edge.ts';

/** Middleware: `Limpet-Redaction` has the names of the rules that were applied to an answer that needed a key. */
export function tellRedaction({ redact }: Edge) {
  const told = redact.map(({ name }) => name).join(', ');
  return createMiddleware<EdgeEnv>(async (c, next) => {
    await next();
    if (told !== '' && c.get('credential') && !c.get('exact')) c.res.headers.set('Limpet-Redaction', told);
  });
}

/** The command, or the session, that an address is about. */
const subject = /^\/v1\/(?:commands\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|sessions\/([^/]+))/i;

/** A part of an address; one that is no UTF-8 names nothing, as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Middleware, behind `authenticate`: such a request is `exact` (edge.ts). Throws `forbidden` where `?raw=true` needs another key. */
export function permitRaw({ calls, redact }: Edge) {
  return createMiddleware<EdgeEnv>(async (c, next) => {
    if (redact.length > 0 && c.req.query('raw') === 'true') {
      const [, command, session] = subject.exec(c.req.path) ?? [];
      await calls.permitRaw(c.get('credential'), { command, session: session && decoded(session) });
      c.set('exact', true);
    }
    await next();
  });
}
