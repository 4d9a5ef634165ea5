/** POST …/fork: a new session that begins where another one stood. */
import { createRoute, z } from '@hono/zod-openapi';
import { requestBody } from './body.ts';
import { type Edge, type EdgeApp, note } from './edge.ts';
import { Seq, SessionName, SessionPath } from './fields.ts';
import { IdempotencyHeaders, idempotencyOf } from './idempotency.ts';
import { uuidv7 } from './ids.ts';
import { json, keyedProblems, Session, security, takingUpProblems } from './responses.ts';
import { inOrder } from './view.ts';

const body = requestBody({
  name: 'ForkRequest',
  schema: z.strictObject({
    after: Seq.optional().openapi({
      description:
        'Begin in the state after this command; 0: as the session began. Default: after the last that has ended.',
    }),
    name: SessionName.optional(),
  }),
  required: false,
});

const fork = createRoute({
  method: 'post',
  path: '/v1/sessions/{session}/fork',
  summary: 'Open a session in the state that this one had after a command',
  description:
    'Copied are directory, variables, functions, aliases, options, traps and `$?`; not processes, and not files. The source may be ' +
    'busy or closed, and is left as it is.',
  tags: ['Sessions'],
  security,
  request: { params: SessionPath, headers: IdempotencyHeaders, body: body.declared },
  responses: {
    201: { ...json(Session, 'The new session'), headers: z.object({ Location: z.string() }) },
    ...keyedProblems(...takingUpProblems),
  },
});

/** Adds the route. */
export function forkRoutes(app: EdgeApp, { calls }: Edge): void {
  body.register(app);
  app.openapi(fork, async (c) => {
    const { session: source } = c.req.valid('param');
    const options = await body.read(c);
    const idempotency = await idempotencyOf(c.req.valid('header')['idempotency-key'], 'fork', { source, ...options });
    const session = await calls.forkSession(c.get('credential'), source, uuidv7(), options, idempotency);
    note(c, { session_id: session.id });
    return c.json(inOrder(Session, session), 201, { Location: `/v1/sessions/${session.id}` });
  });
}
