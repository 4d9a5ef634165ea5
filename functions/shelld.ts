/**
 * The surface of shelld (github.com/EndlessInternational/shelld), so that its clients work unchanged: its paths, header, codes and
 * bodies, over an ordinary session, one a key. docs/coming-from-shelld.md tells what differs. GET /health is in operations.ts.
 */
import { createRoute, type RouteConfig, z } from '@hono/zod-openapi';
import { readCredential } from './auth.ts';
import { type Edge, type EdgeApp, type EdgeContext, note } from './edge.ts';
import { security } from './responses.ts';
import { execute } from './shelldExecute.ts';
import { lock, unlock } from './shelldLock.ts';
import { answerOutput } from './shelldOutput.ts';
import { refuse } from './shelldProblems.ts';

type Handler = (edge: Edge, c: EdgeContext) => Promise<Response>;
type Answers = Record<number, { description: string; content?: Record<string, { schema: z.ZodType }> }>;

type Add = (
  method: 'get' | 'post',
  path: string,
  summary: string,
  answers: Answers,
  handler: Handler,
  request?: RouteConfig['request'],
) => void;

/** What /execute is sent. */
const order = {
  headers: z.object({
    'x-command-timeout': z.string().optional().openapi({
      description: 'How long to wait for its end, such as `500ms` or `30m`; what is not positive means the default',
    }),
  }),
  body: {
    required: true,
    content: { 'text/plain': { schema: { type: 'string' as const, description: 'The command, in UTF-8' } } },
  },
};

const empty = (description: string) => ({ description });
const text = (description: string) => ({ description, content: { 'text/plain': { schema: z.string() } } });
/** What every one of them may answer; the body is a sentence. */
const refusals: Answers = {
  401: text('A valid key is needed'),
  403: text('This key may not do that'),
  409: text('The shell is not in the state for it'),
  500: text('Something broke on our side'),
  503: text('No database, or no host, answers'),
};

/** Adds the routes. */
export function shelldRoutes(app: EdgeApp, edge: Edge): void {
  const add: Add = (method, path, summary, answers, handler, request = {}) => {
    const route = {
      method,
      path,
      summary,
      tags: ['shelld'],
      security,
      request,
      responses: { ...answers, ...refusals },
    };
    app.openapi(createRoute(route), (c) => plainly(edge, c, handler));
  };
  const tooMany = text('This key has as many sessions as it may');
  add('post', '/lock', "Open this key's shell", { 200: empty('It is open'), 429: tooMany }, async (...given) => {
    await lock(...given);
    return ok();
  });
  const executed: Answers = {
    200: text('It has ended: what it wrote, without empty lines'),
    202: text('It has not ended in time and goes on; ask GET /state, then GET /output'),
    400: text('An empty command, or a bad X-Command-Timeout'),
    413: text('The command is too large'),
    429: text('This key has sent as many commands, or its commands have written as much, as they may'),
  };
  add('post', '/execute', 'Run the body, whatever its type, as a command', executed, execute, order);
  add('post', '/kill', 'Ctrl-C for what runs', { 200: empty('It is on its way to the host') }, async ({ calls }, c) => {
    await calls.interruptShell(c.get('credential'));
    return ok();
  });
  add('post', '/unlock', "End this key's shell", { 200: empty('The key is free') }, async (...given) => {
    await unlock(...given);
    return ok(edge.shelld.unlocked ? { Connection: 'close' } : {});
  });
  readingRoutes(add);
}

function readingRoutes(add: Add): void {
  const output = { 200: text('Empty while a command runs, and before the first') };
  add('get', '/output', 'What the last command that ended wrote', output, async (edge, c) => {
    const shell = await edge.calls.readShell(c.get('credential'));
    note(c, { session_id: shell.session_id });
    if (shell.state === 'executing' || shell.last_command_id === null) return word('');
    return answerOutput(edge, c, await edge.calls.readCommand(c.get('credential'), shell.last_command_id));
  });
  const state = { 200: text('`locked`, `executing` or `unrecoverable`') };
  add('get', '/state', "How this key's shell is", state, async (edge, c) => {
    const shell = await edge.calls.readShell(c.get('credential'));
    note(c, { session_id: shell.session_id });
    return word(shell.state);
  });
}

/** Runs a handler with the caller's credential; what it throws is answered as shelld words it. */
async function plainly(edge: Edge, c: EdgeContext, handler: Handler): Promise<Response> {
  try {
    c.set('credential', await readCredential(c));
    return await handler(edge, c);
  } catch (error) {
    return refuse(edge, c, error);
  }
}

function ok(headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 200, headers });
}

function word(body: string): Response {
  return new Response(body, { headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
}
