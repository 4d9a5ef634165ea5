/** What the pages' forms have in common. htmx gets an empty 200, and the page then asks for what is new; a plain form gets 303 back. */
import { type CommandRow, limits } from '../../sql/contract.ts';
import type { CommandOptions } from '../../sql/edge.ts';
import { type Edge, type EdgeContext, givenUp, note } from '../edge.ts';
import { idempotencyOf } from '../idempotency.ts';
import { isUuid, uuidv7 } from '../ids.ts';
import { Problem } from '../problem.ts';

/** Most commands have ended by then, so that the page's next question finds their result and not only their start. */
const quickMs = 60;

/** Submits, and waits a moment where the page asks for what is new right afterwards. */
export async function submit(
  c: EdgeContext,
  edge: Edge,
  session: string,
  options: CommandOptions,
  key: string,
): Promise<CommandRow> {
  const id = uuidv7();
  const wait = edge.waits.expect(id);
  try {
    const idempotency = await idempotencyOf(isUuid(key) ? `page:${key}` : undefined, 'command', { ...options });
    const row = await edge.calls.submitCommand(c.get('credential'), session, id, options, idempotency);
    note(c, { session_id: row.session_id, command_id: row.id });
    if (row.id === id && isHtmx(c)) await wait.ended(quickMs, givenUp(c, edge));
    return row;
  } finally {
    wait.release();
  }
}

/** A field's text. NUL can neither be in a command nor be stored. */
export async function field(c: EdgeContext, name: string): Promise<string> {
  const value = (await c.req.parseBody())[name];
  const text = typeof value === 'string' ? value : '';
  if (text.includes('\0')) throw new Problem('bad_request', 'A text contains NUL.');
  return text;
}

/** Back to where the plain form was; a page with scripts asks for what is new by itself. */
export function back(c: EdgeContext, path: string): Response {
  return isHtmx(c) ? c.body('', 200, { 'Content-Type': 'text/html; charset=utf-8' }) : c.redirect(path, 303);
}

/** To another page, whoever asks. */
export function leadTo(c: EdgeContext, path: string): Response {
  return isHtmx(c) ? c.body('', 200, { 'HX-Redirect': path }) : c.redirect(path, 303);
}

/** Whether htmx asks, and not the browser itself. */
export function isHtmx(c: EdgeContext): boolean {
  return c.req.header('hx-request') !== undefined;
}

/** Throws what a command that is too long is answered with. */
export function refuseSize(): never {
  throw new Problem('too_large', `A command has at most ${limits.commandBytesMax} bytes (commandBytesMax).`);
}
