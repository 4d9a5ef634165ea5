/** One call to the API: repeated while it is safe to, and never for longer than a person would look on. */
import { setTimeout as delay } from 'node:timers/promises';
import { problemOf, Unreachable } from './problem.ts';
import type { Connection } from './settings.ts';

/** What a request carries besides its method and path. */
export type Call = {
  json?: unknown;
  body?: Uint8Array;
  headers?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  /** How long the server may hold the answer back. */
  waitMs?: number;
  /** False where a second call would do a second thing: then it is repeated only if the first never left. */
  repeatable?: boolean;
  signal?: AbortSignal;
};

/** Sends one request, and again where that is safe. */
export type Request = (method: string, path: string, call?: Call) => Promise<Response>;

/** How long a call is repeated: an edge that restarts is back by then. */
const retryMsMax = 10_000;
const pauseMsMin = 200;
const pauseMsMax = 2_000;
/** Besides what the server may wait: then the connection is taken for dead. */
const answerMsMax = 30_000;
const unavailable = [502, 503, 504];

/** Makes the caller. `onTrouble` is told why a call is about to be repeated. */
export function createRequest({ url, key }: Connection, onTrouble: (reason: string) => void): Request {
  return async (method, path, call = {}) => {
    const { repeatable = true, signal } = call;
    const giveUpAt = performance.now() + retryMsMax;
    for (let pauseMs = pauseMsMin; ; pauseMs = Math.min(pauseMs * 2, pauseMsMax)) {
      const outcome = await attempt(`${url}${path}${queryOf(call)}`, method, key, call);
      if (outcome instanceof Response && outcome.ok) return outcome;
      const waitMs = outcome instanceof Response ? retryAfterMs(outcome, pauseMs) : pauseMs;
      const again =
        outcome instanceof Response
          ? repeatable && unavailable.includes(outcome.status)
          : mayRepeat(outcome, repeatable);
      if (!again || signal?.aborted || performance.now() + waitMs > giveUpAt) throw await failureOf(outcome, url);
      onTrouble(outcome instanceof Response ? `${url} is not available` : `${url} does not answer`);
      await delay(waitMs, undefined, { ...(signal && { signal }) });
    }
  };
}

/** The answer, or why there is none. The time limit is for the answer's beginning: a long body may take long. */
async function attempt(address: string, method: string, key: string, call: Call): Promise<Response | Error> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error('no answer in time')), (call.waitMs ?? 0) + answerMsMax);
  const signal = call.signal ? AbortSignal.any([call.signal, late.signal]) : late.signal;
  const type = call.json === undefined ? 'application/octet-stream' : 'application/json';
  const body = call.json === undefined ? (call.body as BodyInit | undefined) : JSON.stringify(call.json);
  const headers = {
    Authorization: `Bearer ${key}`,
    ...(body !== undefined && { 'Content-Type': type }),
    ...call.headers,
  };
  try {
    return await fetch(address, { method, headers, signal, ...(body !== undefined && { body }) });
  } catch (error) {
    return error as Error;
  } finally {
    clearTimeout(timer);
  }
}

function queryOf({ query = {} }: Call): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

function retryAfterMs(response: Response, pauseMs: number): number {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : pauseMs;
}

/** A name that does not exist will not exist in a second either; a refused connection has certainly done nothing. */
function mayRepeat(error: Error, repeatable: boolean): boolean {
  const code = codeOf(error);
  return code !== 'ENOTFOUND' && (repeatable || code === 'ECONNREFUSED');
}

function codeOf(error: Error): string | undefined {
  return (error.cause as { code?: string } | undefined)?.code;
}

async function failureOf(outcome: Response | Error, url: string): Promise<Error> {
  if (outcome instanceof Response) return problemOf(outcome, url);
  if (outcome.name === 'AbortError') return outcome;
  const why = codeOf(outcome) ?? outcome.message;
  return new Unreachable(
    `Nothing answers at ${url} (${why}). Is \`limpet up\` running there? LIMPET_URL says where it is.`,
    {
      cause: outcome,
    },
  );
}
