/** POST /v1/exec: a fresh shell for one command, then gone. */
import { createRoute } from '@hono/zod-openapi';
import { callsOf, type Edge, type EdgeApp } from './edge.ts';
import { RawOnly } from './fields.ts';
import { IdempotencyHeaders, idempotencyOf } from './idempotency.ts';
import { uuidv7 } from './ids.ts';
import { PreferHeaders } from './prefer.ts';
import { keyedProblems, security } from './responses.ts';
import { commandBody, readCommandOptions, submitAndWait, submitAnswers } from './submit.ts';

const exec = createRoute({
  method: 'post',
  path: '/v1/exec',
  summary: 'Run one command in a shell of its own',
  tags: ['Commands'],
  security,
  request: {
    query: RawOnly,
    headers: IdempotencyHeaders.extend(PreferHeaders.shape),
    body: commandBody.declared,
  },
  responses: {
    ...submitAnswers,
    ...keyedProblems(
      'idempotency_conflict',
      'too_large',
      'unsupported_media_type',
      'not_allowed',
      'too_many_sessions',
      'too_many_queued',
      'too_many_commands',
      'output_spent',
    ),
  },
});

/** Adds the route; its Idempotency-Key is the owner's, not a session's. */
export function execRoutes(app: EdgeApp, edge: Edge): void {
  app.openapi(exec, async (c) => {
    const options = await readCommandOptions(c);
    const idempotency = await idempotencyOf(c.req.valid('header')['idempotency-key'], 'exec', options);
    const sessionId = uuidv7();
    return submitAndWait(edge, c, (id, answer_to) =>
      callsOf(edge, c).execute(c.get('credential'), sessionId, id, { ...options, answer_to }, idempotency),
    );
  });
}
