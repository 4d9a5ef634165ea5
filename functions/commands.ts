/** Commands: submit, read, signal, cancel. Their lists are in commandLists.ts, their bytes in output.ts. */
import { createRoute, z } from '@hono/zod-openapi';
import { Signal } from '../sql/contract.ts';
import { requestBody } from './body.ts';
import { callsOf, type Edge, type EdgeApp, type EdgeContext, givenUp, note } from './edge.ts';
import { CommandPath, Raw, RawOnly, SessionPath, Strip, WaitSeconds } from './fields.ts';
import { IdempotencyHeaders, idempotencyOf } from './idempotency.ts';
import { appliedWait, cappedWaitMs, PreferHeaders, preferredWaitMs } from './prefer.ts';
import { Command, json, keyedProblems, security } from './responses.ts';
import { commandBody, readCommandOptions, submitAndWait, submitAnswers } from './submit.ts';
import { viewCommand } from './view.ts';
import { untilEnded } from './waits.ts';

const tags = ['Commands'];
/** With or without SIG in front, as answers have it. */
const SignalName = z
  .enum([...Signal.options, ...Signal.options.map((name) => `SIG${name}` as const)])
  .transform((name) => Signal.parse(name.replace(/^SIG/, '')));
const signalBody = requestBody({ name: 'SignalRequest', schema: z.strictObject({ signal: SignalName }) });

const submit = createRoute({
  method: 'post',
  path: '/v1/sessions/{session}/commands',
  summary: 'Queue a command and wait for it as `Prefer: wait=N` says',
  tags,
  security,
  request: {
    params: SessionPath,
    query: RawOnly,
    headers: IdempotencyHeaders.extend(PreferHeaders.shape),
    body: commandBody.declared,
  },
  responses: {
    ...submitAnswers,
    ...keyedProblems(
      'not_found',
      'session_closed',
      'session_busy',
      'idempotency_conflict',
      'too_large',
      'unsupported_media_type',
      'not_allowed',
      'too_many_queued',
      'too_many_commands',
      'output_spent',
    ),
  },
});

const read = createRoute({
  method: 'get',
  path: '/v1/commands/{id}',
  summary: 'Read a command; with `wait`, the answer comes the moment it ends',
  tags,
  security,
  request: {
    params: CommandPath,
    query: z.strictObject({ wait: WaitSeconds, strip: Strip, raw: Raw }),
    headers: PreferHeaders,
  },
  responses: {
    200: { ...json(Command, 'The command'), headers: z.object({ 'Preference-Applied': z.string().optional() }) },
    ...keyedProblems('not_found'),
  },
});

const signal = createRoute({
  method: 'post',
  path: '/v1/commands/{id}/signal',
  summary: 'Send a signal to a running command',
  tags,
  security,
  request: { params: CommandPath, body: signalBody.declared },
  responses: {
    202: { description: 'It is on its way to the host' },
    ...keyedProblems('not_found', 'command_ended', 'session_busy', 'too_large', 'unsupported_media_type'),
  },
});

const cancel = createRoute({
  method: 'delete',
  path: '/v1/commands/{id}',
  summary: 'Cancel a queued command, or end a running one with its whole tree',
  tags,
  security,
  request: { params: CommandPath, query: RawOnly },
  responses: { 202: json(Command, 'The command as it is now'), ...keyedProblems('not_found', 'command_ended') },
});

/** Adds the routes of commands. */
export function commandRoutes(app: EdgeApp, edge: Edge): void {
  commandBody.register(app);
  signalBody.register(app);
  app.openapi(submit, async (c) => {
    const { session } = c.req.valid('param');
    const options = await readCommandOptions(c);
    const idempotency = await idempotencyOf(c.req.valid('header')['idempotency-key'], 'command', options);
    return submitAndWait(edge, c, (id, answer_to) =>
      callsOf(edge, c).submitCommand(c.get('credential'), session, id, { ...options, answer_to }, idempotency),
    );
  });
  app.openapi(read, async (c) => readAndWait(edge, c, c.req.valid('param').id, c.req.valid('query')));
  app.openapi(signal, async (c) => {
    const { id } = c.req.valid('param');
    note(c, { command_id: id });
    await edge.calls.signalCommand(c.get('credential'), id, (await signalBody.read(c)).signal);
    return c.body(null, 202);
  });
  app.openapi(cancel, async (c) => {
    const row = await callsOf(edge, c).cancelCommand(c.get('credential'), c.req.valid('param').id);
    note(c, { session_id: row.session_id, command_id: row.id });
    return c.json(viewCommand(row), 202);
  });
}

/** Answers with the command once it has ended or the wait is over; what was granted of the wait is said. */
async function readAndWait(
  edge: Edge,
  c: EdgeContext,
  id: string,
  query: { wait?: number | undefined; strip?: 'ansi' | undefined },
) {
  const asked = query.wait === undefined ? preferredWaitMs(c.req.header('prefer')) : cappedWaitMs(query.wait * 1000);
  const wait = edge.waits.expect(id);
  try {
    const readRow = () => callsOf(edge, c).readCommand(c.get('credential'), id);
    const row = await untilEnded(await readRow(), readRow, wait, asked ?? 0, givenUp(c, edge));
    note(c, { session_id: row.session_id, command_id: id });
    const headers = asked === undefined ? {} : { 'Preference-Applied': appliedWait(asked) };
    return c.json(viewCommand(row, { stripAnsi: query.strip === 'ansi' }), 200, headers);
  } finally {
    wait.release();
  }
}
