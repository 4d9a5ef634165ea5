/** Replays: commands run again in a new session, each result compared with the original's. */
import { createRoute, z } from '@hono/zod-openapi';
import { Replay as ReplayShape } from '../sql/contract.ts';
import { requestBody } from './body.ts';
import { callsOf, type Edge, type EdgeApp, note } from './edge.ts';
import { PathId, RawOnly, Seq, SessionName, SessionPath } from './fields.ts';
import { IdempotencyHeaders, idempotencyOf } from './idempotency.ts';
import { uuidv7 } from './ids.ts';
import { json, keyedProblems, security, takingUpProblems } from './responses.ts';
import { inOrder } from './view.ts';

const Replay = z.object(ReplayShape.shape).openapi('Replay');
const tags = ['Replays'];

const body = requestBody({
  name: 'ReplayRequest',
  schema: z
    .strictObject({
      from: Seq.min(1).optional().openapi({ description: 'The first command; default: 1' }),
      to: Seq.min(1).optional().openapi({ description: 'The last; default: the last that has ended' }),
      name: SessionName.optional().openapi({ description: 'Of the new session' }),
      stop_on_difference: z.boolean().optional().openapi({ default: false }),
      force: z
        .boolean()
        .optional()
        .openapi({ default: false, description: 'Also where this range was replayed before' }),
    })
    .refine(({ from = 1, to = Infinity }) => from <= to, { error: 'Must not be below `from`', path: ['to'] }),
  required: false,
});

const replay = createRoute({
  method: 'post',
  path: '/v1/sessions/{session}/replay',
  summary: 'Run commands again in a new session, and compare what they give',
  description:
    'The new session begins in the state that the first of them found; processes and files are not restored. Each command is submitted once ' +
    'the one before has ended and was compared: exit code, and SHA-256 of both streams. Without `force`, a replay of the same range that there ' +
    'is already is the answer, and one that stopped goes on.',
  tags,
  security,
  request: { params: SessionPath, query: RawOnly, headers: IdempotencyHeaders, body: body.declared },
  responses: {
    200: json(Replay, 'This range was replayed before, with this result'),
    202: { ...json(Replay, 'It runs'), headers: z.object({ Location: z.string() }) },
    ...keyedProblems(...takingUpProblems),
  },
});

const read = createRoute({
  method: 'get',
  path: '/v1/replays/{id}',
  summary: 'Read a replay: how far it is, and each result beside the original',
  tags,
  security,
  request: { params: z.object({ id: PathId.openapi({ description: 'The id of a replay' }) }), query: RawOnly },
  responses: { 200: json(Replay, 'The replay'), ...keyedProblems('not_found') },
});

/** Adds the routes of replays. */
export function replayRoutes(app: EdgeApp, edge: Edge): void {
  body.register(app);
  app.openapi(replay, async (c) => {
    const { session: source } = c.req.valid('param');
    const options = await body.read(c);
    const idempotency = await idempotencyOf(c.req.valid('header')['idempotency-key'], 'replay', { source, ...options });
    const ids = { id: uuidv7(), session_id: uuidv7() };
    const made = await callsOf(edge, c).replaySession(c.get('credential'), source, ids, options, idempotency);
    note(c, { session_id: made.session_id, replay_id: made.id });
    if (made.state !== 'running') return c.json(inOrder(Replay, made), 200);
    return c.json(inOrder(Replay, made), 202, { Location: `/v1/replays/${made.id}` });
  });
  app.openapi(read, async (c) => {
    return c.json(
      inOrder(Replay, await callsOf(edge, c).readReplay(c.get('credential'), c.req.valid('param').id)),
      200,
    );
  });
}
