/** POST …/stdin: raw bytes for an interactive command. */
import { createRoute, z } from '@hono/zod-openapi';
import { readBytes } from './bodyBytes.ts';
import { type Edge, type EdgeApp, note } from './edge.ts';
import { CommandPath, queryNumber } from './fields.ts';
import { keyedProblems, security } from './responses.ts';

const Query = z.strictObject({
  offset: queryNumber(
    z.int().min(0).max(Number.MAX_SAFE_INTEGER),
    'Where these bytes begin in the whole input; a repeated call is then harmless',
  ).optional(),
  eof: z.enum(['true', 'false']).optional().openapi({ description: 'Whether the input ends after these bytes' }),
});

const write = createRoute({
  method: 'post',
  path: '/v1/commands/{id}/stdin',
  summary: 'Send input to an interactive command, byte for byte',
  tags: ['Commands'],
  security,
  request: {
    params: CommandPath,
    query: Query,
    body: { content: { 'application/octet-stream': { schema: { type: 'string' as const, format: 'binary' } } } },
  },
  responses: {
    204: { description: 'The bytes are stored, and reach the command in order' },
    ...keyedProblems(
      'not_found',
      'not_interactive',
      'command_ended',
      'stdin_gap',
      'stdin_ended',
      'stdin_full',
      'too_large',
    ),
  },
});

/** Adds the route. Any content type is taken: the body is the input as it stands. */
export function inputRoutes(app: EdgeApp, edge: Edge): void {
  app.openapi(write, async (c) => {
    const { id } = c.req.valid('param');
    const { offset, eof } = c.req.valid('query');
    note(c, { command_id: id });
    const bytes = await readBytes(c, 'stdinBytesMax');
    await edge.calls.writeStdin(c.get('credential'), id, bytes, offset, eof === 'true');
    return c.body(null, 204);
  });
}
