/** What is done to the terminal of a session: keys and size. What it shows is in screens.ts. */
import { createRoute, z } from '@hono/zod-openapi';
import { Key, limits } from '../sql/contract.ts';
import { requestBody } from './body.ts';
import { exceedsBytes } from './bytes.ts';
import { type Edge, type EdgeApp, note } from './edge.ts';
import { SessionPath } from './fields.ts';
import { aboveLimit } from './limitText.ts';
import { json, keyedProblems, Session, security } from './responses.ts';
import { refuseManyCells, TerminalSide } from './terminalSize.ts';
import { inOrder } from './view.ts';

const tags = ['Terminals'];

const KeysRequest = z.strictObject({
  keys: z
    .array(Key)
    .min(1)
    .max(limits.keysMax, { error: aboveLimit('keysMax', 'keys') })
    .refine((keys) => !exceedsBytes(keys.map(textOf).join(''), limits.keysBytesMax), {
      error: aboveLimit('keysBytesMax', 'bytes'),
      params: { problem: 'too_large' },
    })
    .openapi({
      description:
        'A text that names a key (Enter, Tab, Escape, Backspace, Space, Up, Down, Left, Right, Home, End, PageUp, PageDown, ' +
        'Insert, Delete, F1 to F12, and before a key C- (Ctrl), M- or A- (Alt), S- (Shift): C-c, M-x, S-Tab) is that key. ' +
        'Every other text, and `text`, is typed as it is.',
      example: ['ls -l', 'Enter'],
    }),
});
const keysBody = requestBody({ name: 'KeysRequest', schema: KeysRequest });
const SizeRequest = z.strictObject({ cols: TerminalSide, rows: TerminalSide }).superRefine(refuseManyCells);
const sizeBody = requestBody({ name: 'TerminalSize', schema: SizeRequest });

const terminalProblems = [
  'not_found',
  'not_a_terminal',
  'session_closed',
  'too_large',
  'unsupported_media_type',
] as const;

const press = createRoute({
  method: 'post',
  path: '/v1/sessions/{session}/keys',
  summary: "Type into the session's terminal, whatever runs there",
  tags,
  security,
  request: { params: SessionPath, body: keysBody.declared },
  responses: {
    202: { description: 'They are on their way to the terminal, in this order' },
    ...keyedProblems(...terminalProblems, 'keys_full'),
  },
});

const resize = createRoute({
  method: 'put',
  path: '/v1/sessions/{session}/size',
  summary: "Set the size of the session's terminal; programs learn of it by SIGWINCH",
  tags,
  security,
  request: { params: SessionPath, body: sizeBody.declared },
  responses: { 200: json(Session, 'The session'), ...keyedProblems(...terminalProblems) },
});

/** Adds the routes. */
export function terminalRoutes(app: EdgeApp, { calls }: Edge): void {
  keysBody.register(app);
  sizeBody.register(app);
  app.openapi(press, async (c) => {
    const { keys } = await keysBody.read(c);
    await calls.typeKeys(c.get('credential'), c.req.valid('param').session, keys);
    return c.body(null, 202);
  });
  app.openapi(resize, async (c) => {
    const session = await calls.resizeTerminal(
      c.get('credential'),
      c.req.valid('param').session,
      await sizeBody.read(c),
    );
    note(c, { session_id: session.id });
    return c.json(inOrder(Session, session), 200);
  });
}

function textOf(key: Key): string {
  return typeof key === 'string' ? key : key.text;
}
