/** POST /v1/commands/cancel: all that match and have not ended, with a preview. */
import { createRoute, z } from '@hono/zod-openapi';
import { CommandState } from '../sql/contract.ts';
import type { CommandFilter, Credential } from '../sql/edge.ts';
import { requestBody } from './body.ts';
import { type Edge, type EdgeApp, givenUp } from './edge.ts';
import { Search, Timestamp } from './fields.ts';
import { json, keyedProblems, security } from './responses.ts';

/** Calls after which the caller is told how far it is: proxies cut what takes longer. */
const patienceMs = 20_000;

const Reference = z.string().min(1).max(256).optional();
const Filter = z.strictObject({
  state: CommandState.optional(),
  session: Reference,
  host: Reference,
  key: z.uuid().optional(),
  exit_code: z.int().min(0).max(255).optional(),
  q: Search,
  before: Timestamp.optional(),
  after: Timestamp.optional(),
});

const body = requestBody({
  name: 'CancelRequest',
  schema: z.strictObject({
    filter: Filter.openapi({ description: 'As for the list of commands; empty: all of yours' }),
    preview: z.boolean().optional().openapi({ default: false, description: 'Only count' }),
  }),
});

const Cancelled = z
  .object({
    matched: z.int().describe('Commands that match, have not ended and were not being ended'),
    cancelled: z.int().describe('Of these, those that now never run or are being ended; where it is fewer, call again'),
  })
  .openapi('Cancelled');

const cancel = createRoute({
  method: 'post',
  path: '/v1/commands/cancel',
  summary: 'Cancel queued commands and end running ones, all that match a filter',
  tags: ['Commands'],
  security,
  request: { body: body.declared },
  responses: {
    200: json(Cancelled, 'What was matched and cancelled'),
    ...keyedProblems('not_found', 'too_large', 'unsupported_media_type'),
  },
});

/** Adds the route. */
export function bulkCancelRoutes(app: EdgeApp, edge: Edge): void {
  body.register(app);
  app.openapi(cancel, async (c) => {
    const { filter, preview = false } = await body.read(c);
    return c.json(await cancelAll(edge, c.get('credential'), filter, preview, givenUp(c, edge)), 200);
  });
}

/** Call by call, so that no session is locked for long. What a call has cancelled stays so, whatever becomes of the next. */
export async function cancelAll(
  { calls }: Edge,
  credential: Credential,
  filter: CommandFilter,
  preview: boolean,
  signal: AbortSignal,
) {
  const deadline = performance.now() + patienceMs;
  const sum = await calls.cancelCommands(credential, filter, preview);
  for (let last = sum; !preview && last.cancelled > 0 && last.cancelled < last.matched; ) {
    if (performance.now() > deadline || signal.aborted) break;
    last = await calls.cancelCommands(credential, filter, false);
    sum.cancelled += last.cancelled;
  }
  // What was submitted meanwhile was cancelled, too.
  return { matched: Math.max(sum.matched, sum.cancelled), cancelled: sum.cancelled };
}
