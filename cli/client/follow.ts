/** Follows a command to its end through lost connections: each byte once, in the order in which it was stored. */
import { setTimeout as delay } from 'node:timers/promises';
import type { StreamName } from '../../sql/contract.ts';
import type { Progress } from '../../sql/edge.ts';
import { type ProblemBody, Refused, Unreachable } from './problem.ts';
import type { Request } from './request.ts';
import { readEvents, type SseEvent } from './sse.ts';

type Told =
  | { kind: 'output'; stream: StreamName; bytes: Uint8Array }
  /** Bytes that were dropped beyond `max_output`. */
  | { kind: 'hole'; stream: StreamName; bytes: number }
  | { kind: 'state'; progress: Progress };

export type FollowOptions = {
  signal: AbortSignal;
  /** Where each stream is begun. */
  from?: Record<StreamName, number>;
  /** Told when the connection is lost. */
  onLost?: () => void;
};

/** The server speaks every 15 s; after this silence the connection is taken for dead. */
const silenceMsMax = 45_000;
/** Without a word for so long, following is given up; the command goes on. */
const lostMsMax = 5 * 60_000;
const pauseMs = 1_000;

/** Following was given up. The command is not touched by that. */
export class LostConnection extends Error {
  override readonly name = 'LostConnection';
}

/** Tells states and output from `from` to the final state, which comes last. Throws LostConnection, or what the API refuses with. */
export async function* follow(request: Request, id: string, options: FollowOptions): AsyncGenerator<Told> {
  const { signal, from } = options;
  let lastId = from ? `${from.stdout}.${from.stderr}` : '';
  let heardAt = performance.now();
  const onBytes = () => {
    heardAt = performance.now();
  };
  for (;;) {
    try {
      for await (const event of connect(request, id, lastId, signal, onBytes)) {
        yield await toldBy(request, id, event);
        lastId = event.id;
        if (lastId.endsWith('.end')) return;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!isLost(error)) throw error;
    }
    signal.throwIfAborted();
    if (performance.now() - heardAt > lostMsMax)
      throw new LostConnection(`Nothing was heard for ${lostMsMax / 60_000} minutes.`);
    options.onLost?.();
    await delay(pauseMs, undefined, { signal });
  }
}

/** A refusal is final; all else may pass: a reset, a silence, an edge that restarts, a stream that ends early. */
function isLost(error: unknown): boolean {
  return error instanceof Unreachable || (error as Error).name === 'AbortError' || error instanceof TypeError;
}

async function* connect(
  request: Request,
  id: string,
  lastId: string,
  signal: AbortSignal,
  onBytes: () => void,
): AsyncGenerator<SseEvent> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silenceMsMax);
  try {
    const headers: Record<string, string> = lastId === '' ? {} : { 'Last-Event-ID': lastId };
    const either = AbortSignal.any([signal, silence.signal]);
    const { body } = await request('GET', `/v1/commands/${id}/events`, { headers, signal: either });
    const heard = () => {
      timer.refresh();
      onBytes();
    };
    if (body) yield* readEvents(body as unknown as AsyncIterable<Uint8Array>, heard);
  } finally {
    clearTimeout(timer);
  }
}

async function toldBy(request: Request, id: string, { event, data, id: eventId }: SseEvent): Promise<Told> {
  const told = JSON.parse(data);
  if (event === 'problem') throw new Refused(409, told as ProblemBody);
  if (event === 'state') return { kind: 'state', progress: told };
  const { stream, offset } = told as { stream: StreamName; offset: number };
  if (event === 'hole') return { kind: 'hole', stream, bytes: told.bytes };
  const end = Number(eventId.split('.')[stream === 'stdout' ? 0 : 1]);
  return { kind: 'output', stream, bytes: await exactBytes(request, id, stream, offset, end, told.text) };
}

/** An event's text shows bytes that are no UTF-8 as U+FFFD; then the bytes themselves are fetched. */
async function exactBytes(
  request: Request,
  id: string,
  stream: StreamName,
  offset: number,
  end: number,
  text: string,
): Promise<Uint8Array> {
  if (!text.includes('\ufffd')) return Buffer.from(text);
  const response = await request('GET', `/v1/commands/${id}/output`, {
    query: { stream, offset, limit: end - offset },
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length !== end - offset) throw new TypeError('The output was cut off on its way.');
  return bytes;
}
