/** GET …/events: Server-Sent Events of one command, resumable at the byte. */
import { createRoute, z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { callsOf, type Edge, type EdgeApp, type EdgeContext, givenUp, note } from './edge.ts';
import { CommandPath, Raw } from './fields.ts';
import { Following } from './following.ts';
import { Problem } from './problem.ts';
import { DatabaseUnavailable } from './query.ts';
import { keyedProblems, security } from './responses.ts';
import { type Position, type Reads, type Told, tell } from './story.ts';
import { readPatiently } from './waits.ts';

/** A quiet connection is not taken for a dead one. */
const keepAliveMs = 15_000;
/** An outage of the database is waited out for so long; after it the reader is sent away, to come again. */
const outageMsMax = 30_000;

const lastEventId = /^(\d{1,15})\.(\d{1,15})(\.end)?$/;

const events = createRoute({
  method: 'get',
  path: '/v1/commands/{id}/events',
  summary: 'Follow a command: its output as it comes, its states, and at last its end',
  description:
    'Events: `output {stream, offset, text}`, `hole {stream, offset, bytes}` (dropped beyond max_output), `state {state, exit_code, …}`, ' +
    'and `problem {code, detail, hint}` in place of all that would follow, such as output that is sealed under a key that is not known here. ' +
    'With `Last-Event-ID` it goes on behind that event. The last event is the final state, after all output; a reader that comes again ' +
    'with its id is told 204.',
  tags: ['Commands'],
  security,
  request: {
    params: CommandPath,
    query: z.strictObject({ raw: Raw }),
    headers: z.object({ 'last-event-id': z.string().optional() }),
  },
  responses: {
    200: { description: 'The events', content: { 'text/event-stream': { schema: z.string() } } },
    204: { description: 'All was told before' },
    ...keyedProblems('not_found'),
  },
});

/** Adds the route. */
export function eventRoutes(app: EdgeApp, edge: Edge): void {
  app.openapi(events, async (c) => {
    const { id } = c.req.valid('param');
    note(c, { command_id: id });
    const from = positionOf(c.req.valid('header')['last-event-id']);
    // A refusal is a problem document, so it must come before the stream has begun.
    await edge.calls.readProgress(c.get('credential'), id);
    if (from === 'end') return c.body(null, 204);
    return streamed(edge, c, id, from) as never;
  });
}

function positionOf(id: string | undefined): Position | 'end' {
  if (id === undefined || id === '') return { stdout: 0, stderr: 0 };
  const [, stdout, stderr, end] = lastEventId.exec(id) ?? [];
  if (stdout === undefined) throw new Problem('bad_request', 'This Last-Event-ID is not one of ours.');
  return end ? 'end' : { stdout: Number(stdout), stderr: Number(stderr) };
}

function streamed(edge: Edge, c: EdgeContext, id: string, from: Position): Response {
  return streamSSE(c, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const signal = AbortSignal.any([gone.signal, givenUp(c, edge)]);
    const patiently = patienceOf(signal);
    const watch = () => patiently(() => edge.calls.watchCommand(c.get('credential'), id));
    const following = new Following({ waits: edge.waits, id, watch, signal });
    try {
      const pause = pausing(following, signal, () => stream.write(': still here\n\n'));
      // A write resolves when the reader has taken it, so a slow one slows only itself.
      for await (const told of tell(readsOf(edge, c, id, patiently, pause), from)) {
        await stream.writeSSE({ event: told.kind, id: idOf(told), data: JSON.stringify(told.data) });
        if (signal.aborted) return;
      }
    } catch (error) {
      // The stream has begun, so it is said in it.
      if (error instanceof Problem) await stream.writeSSE({ event: 'problem', data: JSON.stringify(toldOf(error)) });
      // The reader comes again with the last id that it has, and goes on from there.
      else if (!(error instanceof DatabaseUnavailable)) throw error;
    } finally {
      following.release();
    }
  });
}

function toldOf({ code, message: detail, extras: { hint } }: Problem) {
  return { code, detail, hint };
}

function idOf(told: Told): string {
  const { stdout, stderr } = told.position;
  const ended = told.kind === 'state' && told.data.state !== 'queued' && told.data.state !== 'running';
  return `${stdout}.${stderr}${ended ? '.end' : ''}`;
}

type Patience = <Row>(read: () => Promise<Row>) => Promise<Row>;

function patienceOf(signal: AbortSignal): Patience {
  return (read) => readPatiently(read, performance.now() + outageMsMax, signal);
}

function readsOf(edge: Edge, c: EdgeContext, id: string, patiently: Patience, pause: Reads['pause']): Reads {
  const credential = c.get('credential');
  return {
    progress: () => patiently(() => edge.calls.readProgress(credential, id)),
    output: (stream, offset, limit) =>
      patiently(() => callsOf(edge, c).readOutput(credential, id, stream, offset, limit)),
    pause,
  };
}

/** Pauses until there are news, with a word now and then where there are none for long. */
function pausing(following: Following, signal: AbortSignal, keepAlive: () => Promise<unknown>): Reads['pause'] {
  let spokeAt = performance.now();
  return async (quiet) => {
    if (!quiet) spokeAt = performance.now();
    if (performance.now() - spokeAt > keepAliveMs) {
      await keepAlive();
      spokeAt = performance.now();
    }
    await following.news(quiet);
    return !signal.aborted;
  };
}
