/** For operators and machines, without a key: health, ready, openapi.json, docs. */
import { createRoute, z } from '@hono/zod-openapi';
import { docsPage } from './docs.ts';
import type { Edge, EdgeApp } from './edge.ts';
import { openApiDocument } from './openapi.ts';
import { Problem } from './problem.ts';
import { json, problemAnswers } from './responses.ts';

const tags = ['Operations'];

const health = createRoute({
  method: 'get',
  path: '/health',
  summary: 'Whether the edge answers',
  tags,
  responses: { 200: json(z.object({ status: z.literal('ok') }).openapi('Health'), 'It does') },
});

const ready = createRoute({
  method: 'get',
  path: '/ready',
  summary: 'Whether the database answers and a host is live',
  tags,
  responses: {
    200: json(z.object({ ready: z.literal(true) }).openapi('Ready'), 'Commands can run now'),
    ...problemAnswers('database_unavailable', 'no_host', 'internal'),
  },
});

const openapi = createRoute({
  method: 'get',
  path: '/openapi.json',
  summary: 'This interface as OpenAPI 3.1',
  tags,
  responses: { 200: json(z.record(z.string(), z.unknown()), 'The document') },
});

const docs = createRoute({
  method: 'get',
  path: '/docs',
  summary: 'This interface as a page',
  tags,
  responses: { 200: { description: 'The page', content: { 'text/html': { schema: z.string() } } } },
});

/** Adds the routes that need no key. */
export function operationRoutes(app: EdgeApp, { calls, settings }: Edge): void {
  app.openapi(health, (c) => c.json({ status: 'ok' as const }, 200));
  app.openapi(ready, async (c) => {
    const readiness = await calls.readReadiness();
    if (readiness.ready) return c.json({ ready: true as const }, 200);
    throw new Problem('no_host', readiness.reasons.join(' '), { reasons: readiness.reasons });
  });
  app.openapi(openapi, (c) => c.json(openApiDocument(app, settings.version), 200));
  app.openapi(docs, (c) => c.html(docsPage(openApiDocument(app, settings.version))));
}
