/** GET …/output: the stored bytes as they were written, read and sent a page at a time. */
import { createRoute, z } from '@hono/zod-openapi';
import { StreamName } from '../sql/contract.ts';
import type { OutputExtent } from '../sql/edge.ts';
import { callsOf, type Edge, type EdgeApp, type EdgeContext, givenUp, note } from './edge.ts';
import { CommandPath, queryNumber, Raw, WaitSeconds } from './fields.ts';
import { Following } from './following.ts';
import { type OutputRange, outputRange } from './outputRange.ts';
import { outputStream } from './outputStream.ts';
import { appliedWait, cappedWaitMs } from './prefer.ts';
import { keyedProblems, security } from './responses.ts';

const output = createRoute({
  method: 'get',
  path: '/v1/commands/{id}/output',
  summary: 'The bytes that a command wrote',
  tags: ['Commands'],
  security,
  request: {
    params: CommandPath,
    query: z.strictObject({
      stream: StreamName.optional().openapi({ default: 'stdout' }),
      offset: queryNumber(z.int(), 'Where to begin; negative: from the end').optional(),
      limit: queryNumber(z.int().min(0), 'At most so many bytes').optional(),
      wait: WaitSeconds,
      raw: Raw,
    }),
  },
  responses: {
    200: {
      description: 'The bytes from `offset` on, as far as they are stored',
      content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
      headers: z.object({
        'Limpet-Next-Offset': z.string().describe('Where to read on'),
        'Limpet-Complete': z
          .enum(['true', 'false'])
          .describe(
            'true: this answer reaches the end of an ended stream that is stored whole. Never where bytes were dropped or the command was lost: ' +
              'there all that is stored has been read once the command has ended and `Limpet-Next-Offset` is its `stdout_bytes` or `stderr_bytes`',
          ),
        'Limpet-Hole': z
          .string()
          .optional()
          .describe('START-END: bytes of this stream that were dropped, wherever this answer begins and ends'),
        'Preference-Applied': z.string().optional(),
      }),
    },
    ...keyedProblems('not_found', 'sealed'),
  },
});

/** Adds the route. */
export function outputRoutes(app: EdgeApp, edge: Edge): void {
  app.openapi(output, async (c) => {
    const { id } = c.req.valid('param');
    const { stream = 'stdout', offset = 0, limit = Number.MAX_SAFE_INTEGER, wait } = c.req.valid('query');
    const credential = c.get('credential');
    note(c, { command_id: id });
    const waitMs = cappedWaitMs((wait ?? 0) * 1000);
    const readExtent = () => edge.calls.readOutputExtent(credential, id, stream);
    const range = outputRange(await awaitBytes(edge, c, id, readExtent, offset, waitMs), offset, limit);
    const readPage = (from: number, bytes: number) => callsOf(edge, c).readOutput(credential, id, stream, from, bytes);
    const body = c.req.method === 'HEAD' ? null : await outputStream(readPage, range.start, range.end);
    return new Response(body, { headers: headersOf(range, wait === undefined ? undefined : waitMs) });
  });
}

function headersOf(range: OutputRange, waitMs: number | undefined): Record<string, string> {
  return {
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(range.end - range.start),
    'Limpet-Next-Offset': String(range.next),
    'Limpet-Complete': String(range.complete),
    ...(range.hole ? { 'Limpet-Hole': `${range.hole.start}-${range.hole.end}` } : {}),
    ...(waitMs === undefined ? {} : { 'Preference-Applied': appliedWait(waitMs) }),
  };
}

/** The extent once there is something to read at `offset`, the command has ended, or the wait is over. */
async function awaitBytes(
  edge: Edge,
  c: EdgeContext,
  id: string,
  readExtent: () => Promise<OutputExtent>,
  offset: number,
  waitMs: number,
): Promise<OutputExtent> {
  const deadline = performance.now() + waitMs;
  const signal = givenUp(c, edge);
  const watch = () => edge.calls.watchCommand(c.get('credential'), id);
  const following = new Following({ waits: edge.waits, id, watch, signal });
  try {
    for (;;) {
      const extent = await readExtent();
      const leftMs = deadline - performance.now();
      if (extent.complete || offset < extent.total || leftMs <= 0 || signal.aborted) return extent;
      await following.news(true, leftMs);
    }
  } finally {
    following.release();
  }
}
