/** A caller that holds every answer against the OpenAPI document of the edge that gave it. */
import { expect } from 'vitest';
import { z } from 'zod';
import type { Command, Session } from '../../../sql/contract.ts';
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

type Schema = Record<string, unknown>;
type Responses = Record<string, { content?: Record<string, { schema: Schema }> }>;
export interface Document {
  openapi: string;
  paths: Record<string, Record<string, { responses: Responses; security?: unknown[]; requestBody?: unknown }>>;
  components: { schemas: Record<string, Schema> };
}

const documents = new Map<string, Promise<Document>>();

/** The edge's own description of itself. */
export function documentOf(api: Api): Promise<Document> {
  const known = documents.get(api.url);
  if (known) return known;
  const document = fetch(`${api.url}/openapi.json`).then((response) => response.json() as Promise<Document>);
  documents.set(api.url, document);
  return document;
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
  const parsed = /json/.test(contentType) && bytes.length > 0 ? JSON.parse(new TextDecoder().decode(bytes)) : undefined;
  await checkDocumented(api, method, path, response, parsed);
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

async function checkDocumented(
  api: Api,
  method: string,
  path: string,
  response: Response,
  body: unknown,
): Promise<void> {
  const document = await documentOf(api);
  const pathname = path.split('?')[0] ?? '';
  const template = Object.keys(document.paths).find((candidate) => templateMatches(candidate, pathname));
  const declared = template ? document.paths[template]?.[method.toLowerCase()] : undefined;
  if (!declared) return;
  const answer = declared.responses[String(response.status)];
  expect(answer, `${method} ${template} answers ${response.status}, which it does not declare`).toBeDefined();
  const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
  if (type === '') return expect(answer?.content, `${method} ${template} declares a body`).toBeUndefined();
  const schema = answer?.content?.[type]?.schema;
  expect(schema, `${method} ${template} answers ${response.status} with ${type}`).toBeDefined();
  if (body !== undefined && schema)
    expect(validatorFor(document, schema).safeParse(body).error?.issues).toBeUndefined();
}

function templateMatches(template: string, pathname: string): boolean {
  const pattern = template.replaceAll(/[.]/g, '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(pathname) && (template.includes('{') || template === pathname);
}

const validators = new Map<string, z.ZodType>();

function validatorFor(document: Document, schema: Schema): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas }).replaceAll(
    '#/components/schemas/',
    '#/$defs/',
  );
  const known = validators.get(text) ?? z.fromJSONSchema(JSON.parse(text));
  validators.set(text, known);
  return known;
}
