/** `?raw=true`: who may have it gets an answer as it is stored, and the record says so. All others say which rules were applied to them. */
import { createMiddleware } from 'hono/factory';
import type { Credential } from '../../sql/edge.ts';
import type { Edge, EdgeEnv } from '../edge.ts';

/** Of requests under way whose answers are not redacted. A credential's bytes are made anew for each. */
const exact = new WeakSet<Credential>();

/** Whether the request with this credential gets what is stored as it is. */
export function isExact(credential: Credential): boolean {
  return exact.has(credential);
}

/** Middleware: `Limpet-Redaction` has the names of the rules that were applied to an answer that needed a key. */
export function tellRedaction({ redact }: Edge) {
  const told = redact.map(({ name }) => name).join(', ');
  return createMiddleware<EdgeEnv>(async (c, next) => {
    await next();
    const credential: Credential | undefined = c.get('credential');
    if (told !== '' && credential && !isExact(credential)) c.res.headers.set('Limpet-Redaction', told);
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

/** Middleware, behind `authenticate`. Throws `forbidden` where `?raw=true` needs another key. */
export function permitRaw({ calls, redact }: Edge) {
  return createMiddleware<EdgeEnv>(async (c, next) => {
    if (redact.length > 0 && c.req.query('raw') === 'true') {
      const credential = c.get('credential');
      const [, command, session] = subject.exec(c.req.path) ?? [];
      await calls.permitRaw(credential, { command, session: session && decoded(session) });
      exact.add(credential);
    }
    await next();
  });
}
