/** A caller that holds every answer against the OpenAPI document of the edge that gave it. */
import { expect } from 'vitest';
import type { Command, Session } from '../../../sql/contract.ts';
import { checkDocumented } from './document.ts';
import type { Api } from './fixture.ts';

export interface Answer<Body = unknown> {
  status: number;
  headers: Headers;
  body: Body;
  bytes: Uint8Array;
}

export interface CallOptions {
  /** null sends none. */
  key?: string | null;
  json?: unknown;
  text?: string;
  headers?: Record<string, string>;
  body?: RequestInit['body'];
}

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: { in: string; pointer: string; message: string }[];
}

/** Sends one request, checks that the document allows the answer, and gives it. JSON is parsed. */
export async function call<Body = unknown>(
  api: Api,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer<Body>> {
  const { key = api.key, json, text, headers = {}, body } = options;
  const type = json !== undefined ? 'application/json' : text !== undefined ? 'text/plain' : undefined;
  const response = await fetch(api.url + path, {
    method,
    headers: {
      ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
      ...(type ? { 'Content-Type': type } : {}),
      ...headers,
    },
    body: json !== undefined ? JSON.stringify(json) : (text ?? body ?? null),
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  } as RequestInit);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const contentType = response.headers.get('content-type') ?? '';
  const parsed =
    /[/+]json/.test(contentType) && bytes.length > 0 ? JSON.parse(new TextDecoder().decode(bytes)) : undefined;
  await checkDocumented(api.url, method, path, response, parsed);
  return { status: response.status, headers: response.headers, body: parsed as Body, bytes };
}

/** Opens a session for a test. */
export async function openSession(api: Api, json: object = {}): Promise<Session> {
  const { status, body } = await call<Session>(api, 'POST', '/v1/sessions', { json });
  expect(status).toBe(201);
  return body;
}

/** Runs a command to its end. */
export async function run(api: Api, session: string, command: string, options: object = {}): Promise<Command> {
  const prefer = { Prefer: 'wait=25' };
  const { status, body } = await call<Command>(api, 'POST', `/v1/sessions/${session}/commands`, {
    json: { command, ...options },
    headers: prefer,
  });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

/** As long as a wait may be, and then some: what takes until here has not come early. */
const longWaitSeconds = 20;

/**
 * Has something answered while somebody else waits 20 s for a command that does not end. Fails if that wait is over first:
 * then the answer came by the end of a wait, and not by what it was waiting for.
 */
export async function beforeALongWait<Result>(api: Api, answer: () => Promise<Result>): Promise<Result> {
  const { id: session } = await openSession(api);
  const json = { command: 'sleep 300' };
  const headers = { Prefer: 'wait=0' };
  const { id } = (await call<Command>(api, 'POST', `/v1/sessions/${session}/commands`, { json, headers })).body;
  const waiting = call(api, 'GET', `/v1/commands/${id}?wait=${longWaitSeconds}`);
  const waitIsOver = waiting.then(() => Promise.reject(new Error(`a wait of ${longWaitSeconds} s was over first`)));
  const first = await Promise.race([answer(), waitIsOver]);
  waitIsOver.catch(() => {});
  await call(api, 'DELETE', `/v1/sessions/${session}`);
  await waiting;
  return first;
}

/** Checks a problem's status, code and form. */
export function expectProblem(answer: Answer<unknown>, status: number, code: string): void {
  expect([answer.status, (answer.body as ProblemBody | undefined)?.code], JSON.stringify(answer.body)).toEqual([
    status,
    code,
  ]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toMatchObject({ type: `/docs#problem-${code}`, status });
}
