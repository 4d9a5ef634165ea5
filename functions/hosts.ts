/** GET /v1/hosts: where shells run. */
import { createRoute, z } from '@hono/zod-openapi';
import { Host as HostShape } from '../sql/contract.ts';
import type { Edge, EdgeApp } from './edge.ts';
import { json, keyedProblems, pageOf, security } from './responses.ts';

const Host = z.object(HostShape.shape).openapi('Host');

const list = createRoute({
  method: 'get',
  path: '/v1/hosts',
  summary: 'List hosts',
  tags: ['Operations'],
  security,
  request: { query: z.strictObject({}) },
  responses: { 200: json(pageOf('HostPage', Host), 'All hosts'), ...keyedProblems() },
});

/** Adds the route. */
export function hostRoutes(app: EdgeApp, { calls }: Edge): void {
  app.openapi(list, async (c) => c.json(await calls.listHosts(c.get('credential')), 200));
}
