/** The edge's own description of itself, and whether its answers are true to it. */
import { expect } from 'vitest';
import { z } from 'zod';

type Schema = Record<string, unknown>;
type Responses = Record<string, { content?: Record<string, { schema: Schema }> }>;
export interface Document {
  openapi: string;
  paths: Record<string, Record<string, { responses: Responses; security?: unknown[]; requestBody?: unknown }>>;
  components: { schemas: Record<string, Schema> };
}

const documents = new Map<string, Promise<Document>>();

/** The edge's own description of itself. */
export function documentOf(url: string): Promise<Document> {
  const known = documents.get(url);
  if (known) return known;
  const document = fetch(`${url}/openapi.json`).then((response) => response.json() as Promise<Document>);
  documents.set(url, document);
  return document;
}

/** Fails unless the document declares this status, type and body for this route. */
export async function checkDocumented(
  url: string,
  method: string,
  path: string,
  response: Response,
  body: unknown,
): Promise<void> {
  const document = await documentOf(url);
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
