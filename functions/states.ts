/** GET /v1/commands/{id}/state: the shell as a command found or left it. */
import { createRoute, z } from '@hono/zod-openapi';
import { StateMoment, ShellState as StateShape } from '../sql/contract.ts';
import { fromBase64 } from './bytes.ts';
import { callsOf, type Edge, type EdgeApp, note } from './edge.ts';
import { CommandPath, Raw } from './fields.ts';
import { json, keyedProblems, security } from './responses.ts';
import { initialState, parseState } from './shellState.ts';
import { inOrder } from './view.ts';

const ShellState = z.object(StateShape.shape).openapi('ShellState');

const state = createRoute({
  method: 'get',
  path: '/v1/commands/{id}/state',
  summary: "The shell's state before or after a command",
  description:
    'Directory, umask, variables, functions, aliases, options and traps as they were recorded, secrets included: only keys of the owner read ' +
    'them. Where a command left no state (it ended its shell, or was lost), it is the one before it; `recorded_after` says whose it is.',
  tags: ['Commands'],
  security,
  request: {
    params: CommandPath,
    query: z.strictObject({ at: StateMoment.optional().openapi({ default: 'after' }), raw: Raw }),
  },
  responses: { 200: json(ShellState, 'The state'), ...keyedProblems('not_found', 'session_busy', 'sealed') },
});

/** Adds the route. */
export function stateRoutes(app: EdgeApp, edge: Edge): void {
  app.openapi(state, async (c) => {
    const { id } = c.req.valid('param');
    note(c, { command_id: id });
    const { content, environment, ...told } = await callsOf(edge, c).readCommandState(
      c.get('credential'),
      id,
      c.req.valid('query').at ?? 'after',
    );
    const fields = content === null ? initialState(environment) : parseState(fromBase64(content));
    return c.json(inOrder(ShellState, { ...told, ...fields }), 200);
  });
}
