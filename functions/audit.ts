/** The record: its events, the checkpoints that hosts signed, and bundles that a stranger can verify without a database. */
import { createRoute, z } from '@hono/zod-openapi';
import { RecordedEvent as EventShape, limits, SignedCheckpoint as SignedCheckpointShape } from '../sql/contract.ts';
import type { BundlePlan } from '../sql/edge.ts';
import { bundleLines, bundleStream } from './bundle.ts';
import { type Edge, type EdgeApp, type EdgeContext, note } from './edge.ts';
import { PageLimit, queryNumber, Search, SessionPath, Timestamp } from './fields.ts';
import { json, keyedProblems, pageOf, security } from './responses.ts';
import { inOrder } from './view.ts';

const tags = ['Record'];
const RecordedEvent = z.object(EventShape.shape).openapi('RecordedEvent');
const SignedCheckpoint = z.object(SignedCheckpointShape.shape).openapi('SignedCheckpoint');
const Whole = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const EventCursor = z
  .string()
  .regex(/^\d{1,17}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.\d{1,15}$/, {
    error: 'Must be the next_cursor of a page',
  })
  .optional()
  .openapi({ description: '`next_cursor` of the page before' });

const list = createRoute({
  method: 'get',
  path: '/v1/audit',
  summary: 'List the events of the record, newest first',
  description:
    'Scope admin sees all; other keys the events of their owner’s sessions, and who read those. `session` is an id or a name, for scope ' +
    'admin also `system` (keys, log-ins, hosts) or `readings`. `actor` is `key:ID`, `host:INCARNATION`, `operator` or `system`; `q` is looked ' +
    'for in kind, actor and payload. A search that takes long answers with what it has found until then: a page may be short, and even empty, ' +
    'while `next_cursor` goes on. It is null at the end.',
  tags,
  security,
  request: {
    query: z.strictObject({
      session: z.string().min(1).max(256).optional(),
      actor: z.string().min(1).max(256).optional(),
      kind: z.string().min(1).max(limits.nameLengthMax).optional(),
      before: Timestamp.optional(),
      after: Timestamp.optional(),
      q: Search,
      limit: PageLimit,
      cursor: EventCursor,
    }),
  },
  responses: {
    200: json(pageOf('RecordedEventPage', RecordedEvent), 'A page of events'),
    ...keyedProblems('not_found'),
  },
});

const checkpoints = createRoute({
  method: 'get',
  path: '/v1/audit/checkpoints',
  summary: 'List the signed checkpoints of the record, newest first',
  tags,
  security,
  request: {
    query: z.strictObject({
      limit: PageLimit,
      cursor: queryNumber(Whole, '`next_cursor` of the page before').optional(),
    }),
  },
  responses: {
    200: json(pageOf('SignedCheckpointPage', SignedCheckpoint), 'A page of checkpoints'),
    ...keyedProblems(),
  },
});

const bundle = {
  description:
    'The bundle: a JSON object a line; `limpet audit verify` reads it. Without its last line, `end`, it is not whole',
  content: { 'application/x-ndjson': { schema: z.string() } },
};

const exportSession = createRoute({
  method: 'get',
  path: '/v1/sessions/{session}/audit',
  summary: 'Export the record of a session with all that proves it',
  tags,
  security,
  request: {
    params: SessionPath,
    query: z.strictObject({
      checkpoint: queryNumber(
        Whole,
        'A checkpoint that you have seen: the session is shown at that one, too',
      ).optional(),
    }),
  },
  responses: { 200: bundle, ...keyedProblems('not_found') },
});

const exportLog = createRoute({
  method: 'get',
  path: '/v1/audit/export',
  summary: 'Export the whole record with all that proves it; scope admin only',
  tags,
  security,
  request: { query: z.strictObject({}) },
  responses: { 200: bundle, ...keyedProblems() },
});

/** Adds the routes of the record. */
export function auditRoutes(app: EdgeApp, edge: Edge): void {
  const { calls } = edge;
  app.openapi(list, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query');
    const page = await calls.listEvents(c.get('credential'), filter, limit, cursor);
    return c.json({ ...page, items: page.items.map((event) => inOrder(RecordedEvent, event)) }, 200);
  });
  app.openapi(checkpoints, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const page = await calls.listCheckpoints(c.get('credential'), limit, cursor);
    return c.json({ ...page, items: page.items.map((item) => inOrder(SignedCheckpoint, item)) }, 200);
  });
  app.openapi(exportSession, async (c) => {
    const { checkpoint } = c.req.valid('query');
    const plan = await calls.exportSession(c.get('credential'), c.req.valid('param').session, checkpoint);
    note(c, { session_id: plan.session_id });
    return answer(edge, c, plan, checkpoint) as never;
  });
  app.openapi(exportLog, async (c) => answer(edge, c, await calls.exportLog(c.get('credential'))) as never);
}

/** The plan is made, so a refusal was a problem document; what fails later breaks the stream off. */
function answer({ calls }: Edge, c: EdgeContext, plan: BundlePlan, asked?: number): Response {
  const lines = bundleLines(calls, c.get('credential'), plan, asked);
  const body = c.req.method === 'HEAD' ? null : bundleStream(lines);
  return new Response(body, { headers: { 'Content-Type': 'application/x-ndjson' } });
}
