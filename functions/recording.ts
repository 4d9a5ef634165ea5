/** GET …/recording: a session as it was, for asciinema's players or as text. Read and sent page by page, however long it is. */
import { createRoute, z } from '@hono/zod-openapi';
import { limits } from '../sql/contract.ts';
import type { RecordingHead } from '../sql/edge.ts';
import { utf8 } from './bytes.ts';
import { callsOf, type Edge, type EdgeApp, type EdgeContext, note } from './edge.ts';
import { queryNumber, Raw, SessionPath } from './fields.ts';
import { type RecordingReads, recordingEvents } from './recordingEvents.ts';
import { type RecordingWriter, recordingFormats, recordingWriter } from './recordingFormats.ts';
import { keyedProblems, security } from './responses.ts';

/** Lines are sent together, so that a chatty session is not a chunk a line. */
const chunkLengthMin = 64 * 1024;
const latePageItems = 1000;

const recording = createRoute({
  method: 'get',
  path: '/v1/sessions/{session}/recording',
  summary: 'The session as it was: at its own pace for asciinema, or as text',
  description:
    'All commands until now and what they and their background jobs wrote: as an asciicast with a marker for each command, as `txt` (without ' +
    'times and escape sequences), or as `ndjson` (an event a line, with its time). A session without a terminal is shown with a prompt before ' +
    'each command; one with a terminal is what its screen was sent.',
  tags: ['Sessions'],
  security,
  request: {
    params: SessionPath,
    query: z.strictObject({
      format: z.enum(recordingFormats).optional().openapi({ default: 'asciicast-v3' }),
      idle_time_limit: queryNumber(
        z.number().min(0),
        'Seconds to which the player cuts pauses; the times stay true',
      ).optional(),
      raw: Raw,
    }),
  },
  responses: {
    200: {
      description: 'The recording',
      content: {
        'application/x-asciicast': { schema: z.string() },
        'text/plain': { schema: z.string() },
        'application/x-ndjson': { schema: z.string() },
      },
    },
    ...keyedProblems('not_found', 'sealed'),
  },
});

/** Adds the route. */
export function recordingRoutes(app: EdgeApp, edge: Edge): void {
  app.openapi(recording, async (c) => {
    const { session } = c.req.valid('param');
    const { format = 'asciicast-v3', idle_time_limit: idleTimeLimit } = c.req.valid('query');
    const head = await edge.calls.readRecordingHead(c.get('credential'), session);
    note(c, { session_id: head.id });
    const writer = recordingWriter(format, head, { idleTimeLimit });
    const headers = {
      'Content-Type': writer.contentType,
      'Content-Disposition': `attachment; filename="${fileName(head)}.${writer.extension}"`,
    };
    if (c.req.method === 'HEAD') return new Response(null, { headers });
    return new Response(await streamOf(pieces(head, readsOf(edge, c, head.id), writer)), { headers });
  });
}

function readsOf(edge: Edge, c: EdgeContext, id: string): RecordingReads {
  const calls = callsOf(edge, c);
  const credential = c.get('credential');
  return {
    rows: (seq, position) => calls.readRecording(credential, id, seq, position),
    late: async (after) =>
      (await calls.listLateOutput(credential, id, { after, limit: latePageItems, bytes: limits.lateOutputPageBytes }))
        .items,
  };
}

async function* pieces(head: RecordingHead, reads: RecordingReads, writer: RecordingWriter) {
  yield writer.begin();
  for await (const event of recordingEvents(head, reads)) yield writer.event(event);
  yield writer.end();
}

/**
 * Sends no faster than is taken. The first chunk is read before this returns, so that a refusal is still a problem; what fails later breaks
 * the answer off: an end is never invented.
 */
async function streamOf(source: AsyncGenerator<string>): Promise<ReadableStream<Uint8Array>> {
  let next = await chunkOf(source);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (next.text !== '') controller.enqueue(utf8(next.text));
        if (next.isLast) return controller.close();
        next = await chunkOf(source);
      },
      async cancel() {
        await source.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function chunkOf(source: AsyncGenerator<string>): Promise<{ text: string; isLast: boolean }> {
  let text = '';
  while (text.length < chunkLengthMin) {
    const { done, value } = await source.next();
    if (done) return { text, isLast: true };
    text += value;
  }
  return { text, isLast: false };
}

function fileName({ name, id }: RecordingHead): string {
  return (name ?? id).replaceAll(/[^\w.-]/g, '_');
}
