/** What the pages' forms do. htmx gets an empty 200, and the page then asks for what is new; a plain form gets 303 back. */
import { bodyLimit } from 'hono/body-limit';
import { type CommandRow, limits } from '../sql/contract.ts';
import { exceedsBytes } from './bytes.ts';
import { type Edge, type EdgeApp, type EdgeContext, givenUp, note } from './edge.ts';
import { idempotencyOf } from './idempotency.ts';
import { isUuid, uuidv7 } from './ids.ts';
import { Problem } from './problem.ts';

/** Adds the routes. Every one of them has been authenticated, and came from a page of this origin. */
export function formRoutes(app: EdgeApp, edge: Edge): void {
  const { calls } = edge;
  app.use('/s/*', bodyLimit({ maxSize: limits.bodyBytesMax, onError: () => refuseSize() }));

  app.post('/s', async (c) => {
    const name = (await field(c, 'name')).trim() || undefined;
    if (name !== undefined && name.length > limits.nameLengthMax) {
      throw new Problem('invalid', `A name has at most ${limits.nameLengthMax} characters (nameLengthMax).`);
    }
    const session = await calls.createSession(c.get('credential'), uuidv7(), { name });
    note(c, { session_id: session.id });
    return c.redirect(`/s/${session.id}`, 303);
  });

  app.post('/s/:session/commands', async (c) => {
    // A form sends line breaks as CR LF; bash would take the CR as part of a word.
    const command = (await field(c, 'command')).replaceAll('\r\n', '\n');
    if (command.trim() === '') throw new Problem('invalid', 'There is no command to run.');
    if (exceedsBytes(command, limits.commandBytesMax)) return refuseSize();
    const row = await submit(c, edge, command, await field(c, 'key'));
    note(c, { session_id: row.session_id, command_id: row.id });
    return back(c, `#c${row.seq}`);
  });

  app.post('/s/:session/interrupt', async (c) => {
    await calls.interruptSession(c.get('credential'), c.req.param('session'));
    return back(c);
  });
  app.post('/s/:session/close', async (c) => {
    await calls.closeSession(c.get('credential'), c.req.param('session'));
    return back(c);
  });
  app.post('/s/:session/cancel/:id', async (c) => {
    await calls.cancelCommand(c.get('credential'), c.req.param('id'));
    return back(c);
  });
}

/** Most commands have ended by then, so that the page's next question finds their result and not only their start. */
const quickMs = 60;

/** Submits, and waits a moment where the page asks for what is new right afterwards. */
async function submit(c: EdgeContext, edge: Edge, command: string, key: string): Promise<CommandRow> {
  const id = uuidv7();
  const wait = edge.waits.expect(id);
  try {
    const idempotency = await idempotencyOf(isUuid(key) ? `page:${key}` : undefined, 'command', { command });
    const session = c.req.param('session') ?? '';
    const row = await edge.calls.submitCommand(c.get('credential'), session, id, { command }, idempotency);
    if (row.id === id && c.req.header('hx-request')) await wait.ended(quickMs, givenUp(c, edge));
    return row;
  } finally {
    wait.release();
  }
}

/** A field's text. NUL can neither be in a command nor be stored. */
async function field(c: EdgeContext, name: string): Promise<string> {
  const value = (await c.req.parseBody())[name];
  const text = typeof value === 'string' ? value : '';
  if (text.includes('\0')) throw new Problem('bad_request', 'A text contains NUL.');
  return text;
}

function back(c: EdgeContext, anchor = ''): Response {
  if (c.req.header('hx-request')) return c.body('', 200, { 'Content-Type': 'text/html; charset=utf-8' });
  return c.redirect(`/s/${c.req.param('session')}${anchor}`, 303);
}

function refuseSize(): never {
  throw new Problem('too_large', `A command has at most ${limits.commandBytesMax} bytes (commandBytesMax).`);
}
