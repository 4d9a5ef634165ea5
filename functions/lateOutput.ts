/** GET /v1/sessions/{session}/late-output: what background jobs wrote after their commands had ended. */
import { createRoute, z } from '@hono/zod-openapi';
import { limits, StreamName } from '../sql/contract.ts';
import type { LatePiece } from '../sql/edge.ts';
import { fromBase64 } from './bytes.ts';
import { callsOf, type Edge, type EdgeApp, note } from './edge.ts';
import { PageLimit, queryNumber, Raw, SessionPath } from './fields.ts';
import { json, keyedProblems, pageOf, security } from './responses.ts';

const Position = z.int().min(0);

const Piece = z
  .object({
    position: Position.describe('Where it is in what the session has; read on with `after`'),
    command_id: z.uuid(),
    seq: z.int().positive(),
    stream: StreamName,
    text: z.string().optional().describe('As UTF-8; a character that goes on in the next piece of its stream is there'),
    data: z.string().optional().describe('The bytes, where `encoding` is `base64`'),
    stored_at: z.iso.datetime({ offset: true }),
  })
  .openapi('LateOutput');

const list = createRoute({
  method: 'get',
  path: '/v1/sessions/{session}/late-output',
  summary: 'What background jobs wrote after their commands had ended, oldest first',
  tags: ['Sessions'],
  security,
  request: {
    params: SessionPath,
    query: z.strictObject({
      after: queryNumber(Position, 'Pieces after this position').optional(),
      cursor: queryNumber(Position, '`next_cursor` of the page before: the same as `after`').optional(),
      limit: PageLimit,
      encoding: z.enum(['text', 'base64']).optional().openapi({ default: 'text' }),
      raw: Raw,
    }),
  },
  responses: {
    200: json(pageOf('LateOutputPage', Piece), 'A page of at most 1 MiB'),
    ...keyedProblems('not_found', 'sealed'),
  },
});

/** Adds the route. */
export function lateOutputRoutes(app: EdgeApp, edge: Edge): void {
  app.openapi(list, async (c) => {
    const { session } = c.req.valid('param');
    const { after, cursor, limit, encoding } = c.req.valid('query');
    note(c, { session_id: session });
    const page = { after: cursor ?? after, limit, bytes: limits.lateOutputPageBytes };
    const { items, next_cursor } = await callsOf(edge, c).listLateOutput(c.get('credential'), session, page);
    return c.json({ items: encoding === 'base64' ? items : decode(items), next_cursor }, 200);
  });
}

/** Each stream is decoded by itself, so that a character is whole that was written in two pieces. */
function decode(items: LatePiece[]) {
  const decoders = new Map<string, TextDecoder>();
  const lasts = new Map(items.map((item) => [`${item.command_id} ${item.stream}`, item.position]));
  return items.map(({ data, ...item }) => {
    const stream = `${item.command_id} ${item.stream}`;
    const decoder = decoders.get(stream) ?? new TextDecoder('utf-8', { ignoreBOM: true });
    decoders.set(stream, decoder);
    return { ...item, text: decoder.decode(fromBase64(data), { stream: item.position !== lasts.get(stream) }) };
  });
}
