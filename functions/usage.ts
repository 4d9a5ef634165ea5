/** GET /v1/usage: commands, time and bytes of each key on each day. */
import { createRoute, z } from '@hono/zod-openapi';
import { UsageDay as UsageDayShape } from '../sql/contract.ts';
import { toCsv } from './csv.ts';
import type { Edge, EdgeApp } from './edge.ts';
import { Timestamp } from './fields.ts';
import { keyedProblems, security } from './responses.ts';
import { inOrder } from './view.ts';

const UsageDay = z.object(UsageDayShape.shape).openapi('UsageDay');
const Usage = z
  .object({
    items: z.array(UsageDay),
    until: z.string().describe('Give it as `changed_since` next time'),
  })
  .openapi('Usage');
const columns = Object.keys(UsageDayShape.shape) as (keyof UsageDayShape & string)[];

const Day = z.iso
  .date()
  .refine((day) => !day.startsWith('0000'), { error: 'Must be a day that there is' })
  .optional();

const usage = createRoute({
  method: 'get',
  path: '/v1/usage',
  summary: 'What each key used on each day',
  description:
    'Of the commands that ran and have ended, also of those that were removed since. Days are in UTC. With `changed_since` only the days on ' +
    'which a command has ended since: each row is the whole day and replaces what was told before, so a report is kept up to date by asking ' +
    'for what has changed since the `until` of the last answer (in CSV the header `Limpet-Until`).',
  tags: ['Operations'],
  security,
  request: {
    query: z.strictObject({
      by: z.enum(['day']).optional().openapi({ default: 'day' }),
      format: z.enum(['json', 'csv']).optional().openapi({ default: 'json' }),
      since: Day.openapi({ description: 'The first day; default: 30 days before the last' }),
      until: Day.openapi({ description: 'The last day; default: today' }),
      changed_since: Timestamp.optional(),
    }),
  },
  responses: {
    200: {
      description: 'The days, in order',
      content: { 'application/json': { schema: Usage }, 'text/csv': { schema: z.string() } },
      headers: z.object({ 'Limpet-Until': z.string() }),
    },
    ...keyedProblems(),
  },
});

/** Adds the route. */
export function usageRoutes(app: EdgeApp, { calls }: Edge): void {
  app.openapi(usage, async (c) => {
    const { format, since, until, changed_since } = c.req.valid('query');
    const used = await calls.readUsage(c.get('credential'), { since, until, changed_since });
    const headers = { 'Limpet-Until': used.until };
    if (format !== 'csv') {
      return c.json({ items: used.items.map((item) => inOrder(UsageDay, item)), until: used.until }, 200, headers);
    }
    return c.body(toCsv(columns, used.items), 200, { ...headers, 'Content-Type': 'text/csv; charset=utf-8' }) as never;
  });
}
