/** Which parameters a query may have: those that its route declares. One that is passed over in silence is not what its caller asked for. */
import type { z } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import { bodyFields } from './body.ts';
import type { EdgeApp, EdgeEnv } from './edge.ts';
import { Problem } from './problem.ts';
import { routePattern } from './requests.ts';

type Declared = { queries: readonly string[]; inBody: readonly string[]; prefers: boolean };

/** Middleware: throws `invalid` where a parameter is none of the route's, and says where it goes instead if that is known. */
export function refuseUnknownParameters(app: EdgeApp) {
  let routes: Map<string, Declared> | undefined;
  return createMiddleware<EdgeEnv>(async (c, next) => {
    if (c.req.raw.url.includes('?')) {
      routes ??= declaredBy(app);
      const method = c.req.method === 'HEAD' ? 'GET' : c.req.method;
      const route = routes.get(`${method} ${routePattern(c)}`);
      if (route) refuseUnknown(route, new URL(c.req.raw.url).searchParams);
    }
    await next();
  });
}

function refuseUnknown(route: Declared, given: URLSearchParams): void {
  const unknown = [...new Set(given.keys())].filter((name) => !route.queries.includes(name));
  if (unknown.length === 0) return;
  const errors = unknown.map((name) => ({
    in: 'query' as const,
    pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    message: `Unknown parameter: ${adviceFor(route, name)}`,
  }));
  throw new Problem('invalid', errors.map(({ pointer, message }) => `${pointer}: ${message}`).join('; '), { errors });
}

function adviceFor({ queries, inBody, prefers }: Declared, name: string): string {
  if (name === 'wait' && prefers) return 'send the header "Prefer: wait=N"';
  if (inBody.includes(name)) return `send "${name}" in the body`;
  return queries.length === 0 ? 'this takes none' : `this takes ${queries.join(', ')}`;
}

function declaredBy(app: EdgeApp): Map<string, Declared> {
  const routes = new Map<string, Declared>();
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue;
    const { method, path, request = {} } = definition.route;
    routes.set(`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, {
      queries: fieldsOf(request.query),
      inBody: bodyFields.get(request.body ?? {}) ?? [],
      prefers: fieldsOf(request.headers).includes('prefer'),
    });
  }
  return routes;
}

function fieldsOf(schema: unknown): string[] {
  return Object.keys((schema as z.ZodObject | undefined)?.shape ?? {});
}
