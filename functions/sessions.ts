/** Sessions: open, list, read, close, interrupt. */
import { createRoute, z } from '@hono/zod-openapi';
import { limits, SessionState } from '../sql/contract.ts';
import { requestBody } from './body.ts';
import { durationField } from './durations.ts';
import { type Edge, type EdgeApp, note } from './edge.ts';
import { Cursor, Directory, Environment, Label, PageLimit, Search, SessionName, SessionPath } from './fields.ts';
import { IdempotencyHeaders, idempotencyOf } from './idempotency.ts';
import { uuidv7 } from './ids.ts';
import { aboveLimit } from './limitText.ts';
import { json, keyedProblems, pageOf, Session, security } from './responses.ts';
import { Secrets, sealedSecrets } from './secrets.ts';
import { refuseManyCells, TerminalSide } from './terminalSize.ts';
import { inOrder } from './view.ts';

const SessionRequest = z
  .strictObject({
    name: SessionName.optional(),
    cwd: Directory.optional().openapi({
      description:
        'Where its shell starts. Where it cannot be entered, the first command does not run and its `problem` says so.',
    }),
    env: Environment.optional(),
    secrets: Secrets.optional(),
    tty: z.boolean().optional().openapi({ default: false }),
    merge_output: z.boolean().optional().openapi({ default: false }),
    cols: TerminalSide.optional().openapi({ default: 120 }),
    rows: TerminalSide.optional().openapi({ default: 40 }),
    idle_timeout: durationField(
      'idleTimeoutMsMax',
      'Idle for so long, its state is saved and its shell ended.',
    ).optional(),
    labels: z
      .record(Label, z.string().max(1024))
      .refine((labels) => Object.keys(labels).length <= limits.labelsMax, {
        error: aboveLimit('labelsMax', 'labels'),
      })
      .optional(),
    pool: Label.optional(),
  })
  .superRefine(refuseManyCells)
  // A screen is stored as it is shown, cell by cell: what is on it is not found again.
  .refine(({ tty, secrets }) => !(tty && secrets), { error: 'Must not be given with a terminal', path: ['secrets'] });

const body = requestBody({ name: 'SessionRequest', schema: SessionRequest, required: false });

const create = createRoute({
  method: 'post',
  path: '/v1/sessions',
  summary: 'Open a session; commands may follow at once',
  tags: ['Sessions'],
  security,
  request: { headers: IdempotencyHeaders, body: body.declared },
  responses: {
    201: { ...json(Session, 'The session'), headers: z.object({ Location: z.string() }) },
    ...keyedProblems(
      'name_taken',
      'idempotency_conflict',
      'too_large',
      'unsupported_media_type',
      'not_allowed',
      'no_encryption',
      'too_many_sessions',
    ),
  },
});

const list = createRoute({
  method: 'get',
  path: '/v1/sessions',
  summary: 'List sessions, newest first',
  description:
    '`q` is searched for in name, id and directory. A search that takes long answers with what it has found until then: a page may be short, ' +
    'and even empty, while `next_cursor` goes on. It is null at the end.',
  tags: ['Sessions'],
  security,
  request: { query: z.strictObject({ state: SessionState.optional(), q: Search, limit: PageLimit, cursor: Cursor }) },
  responses: { 200: json(pageOf('SessionPage', Session), 'A page of sessions'), ...keyedProblems() },
});

const read = createRoute({
  method: 'get',
  path: '/v1/sessions/{session}',
  summary: 'Read a session',
  tags: ['Sessions'],
  security,
  request: { params: SessionPath },
  responses: { 200: json(Session, 'The session'), ...keyedProblems('not_found') },
});

const close = createRoute({
  method: 'delete',
  path: '/v1/sessions/{session}',
  summary: 'End what runs and close the session; its history stays',
  tags: ['Sessions'],
  security,
  request: { params: SessionPath },
  responses: { 204: { description: 'It is closed' }, ...keyedProblems('not_found') },
});

const interrupt = createRoute({
  method: 'post',
  path: '/v1/sessions/{session}/interrupt',
  summary: 'Ctrl-C for whatever runs',
  tags: ['Sessions'],
  security,
  request: { params: SessionPath },
  responses: {
    202: { description: 'It is on its way to the host' },
    ...keyedProblems('not_found', 'session_closed'),
  },
});

/** Adds the routes of sessions. */
export function sessionRoutes(app: EdgeApp, edge: Edge): void {
  body.register(app);
  changingRoutes(app, edge);
  readingRoutes(app, edge);
}

function changingRoutes(app: EdgeApp, { calls, sealKeys }: Edge): void {
  app.openapi(create, async (c) => {
    const { idle_timeout: idle_timeout_ms, secrets, ...given } = await body.read(c);
    const id = uuidv7();
    // Of secrets the names alone: a hash of a value that can be guessed gives it away.
    const asked = { ...given, idle_timeout_ms, ...(secrets && { secrets: Object.keys(secrets).sort() }) };
    const idempotency = await idempotencyOf(c.req.valid('header')['idempotency-key'], 'session', asked);
    const options = { ...given, idle_timeout_ms, secrets: await sealedSecrets(sealKeys, id, secrets) };
    const session = await calls.createSession(c.get('credential'), id, options, idempotency);
    note(c, { session_id: session.id });
    return c.json(inOrder(Session, session), 201, { Location: `/v1/sessions/${session.id}` });
  });
  app.openapi(close, async (c) => {
    await calls.closeSession(c.get('credential'), c.req.valid('param').session);
    return c.body(null, 204);
  });
  app.openapi(interrupt, async (c) => {
    await calls.interruptSession(c.get('credential'), c.req.valid('param').session);
    return c.body(null, 202);
  });
}

function readingRoutes(app: EdgeApp, { calls }: Edge): void {
  app.openapi(list, async (c) => {
    const page = await calls.listSessions(c.get('credential'), c.req.valid('query'));
    return c.json({ ...page, items: page.items.map((session) => inOrder(Session, session)) }, 200);
  });
  app.openapi(read, async (c) => {
    const session = await calls.readSession(c.get('credential'), c.req.valid('param').session);
    note(c, { session_id: session.id });
    return c.json(inOrder(Session, session), 200);
  });
}
