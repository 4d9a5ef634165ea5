/** How the queue fares: GET /v1/stats for people and programs, GET /metrics for Prometheus. */
import { createRoute, z } from '@hono/zod-openapi';
import { limits, Stats as StatsShape } from '../sql/contract.ts';
import { durationField } from './durations.ts';
import type { Edge, EdgeApp } from './edge.ts';
import { exposition, metricsOf } from './metrics.ts';
import { json, keyedProblems, security } from './responses.ts';
import { inOrder } from './view.ts';

const Stats = z.object(StatsShape.shape).openapi('Stats');
const tags = ['Operations'];

const stats = createRoute({
  method: 'get',
  path: '/v1/stats',
  summary: 'What waits and runs now, and how the last commands fared',
  tags,
  security,
  request: {
    query: z.strictObject({
      window: durationField('statsWindowMsMax', 'Commands that ended within this; default: an hour.').optional(),
    }),
  },
  responses: { 200: json(Stats, 'The figures, of the commands that this key sees'), ...keyedProblems() },
});

const metrics = createRoute({
  method: 'get',
  path: '/metrics',
  summary: 'The same for Prometheus, with the figures of the process on Node',
  tags,
  security,
  responses: {
    200: { description: 'The figures', content: { 'text/plain': { schema: z.string() } } },
    ...keyedProblems(),
  },
});

/** Adds the routes. */
export function statsRoutes(app: EdgeApp, { calls, processMetrics }: Edge): void {
  app.openapi(stats, async (c) => {
    const { window = limits.statsWindowMs } = c.req.valid('query');
    return c.json(inOrder(Stats, await calls.readStats(c.get('credential'), window)), 200);
  });
  app.openapi(metrics, async (c) => {
    const figures = metricsOf(await calls.readStats(c.get('credential'), limits.statsWindowMs));
    const headers = { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' };
    return c.body(exposition([...figures, ...processMetrics()]), 200, headers) as never;
  });
}
