/** Requests made from the OpenAPI document: what it allows, what nearly is, and what is not. */
import type { Document } from '../functions/api/document.ts';
import { fc } from '../support/fuzz.ts';
import { arbitraryFor, nasty, type Schema } from './values.ts';

type Parameter = { name: string; in: string; schema?: Schema };
export interface Operation {
  method: string;
  template: string;
  parameters: Parameter[];
  body: Schema | undefined;
  takesText: boolean;
}
export interface FuzzedRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer> | undefined;
}

/** All operations of the document, except those named. */
export function operationsOf(document: Document, except: string[]): Operation[] {
  return Object.entries(document.paths).flatMap(([template, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) => {
      if (except.includes(`${method.toUpperCase()} ${template}`)) return [];
      const { parameters = [], requestBody } = operation as unknown as {
        parameters?: Parameter[];
        requestBody?: { content: Record<string, { schema: Schema }> };
      };
      const content = requestBody?.content ?? {};
      const takesText = content['text/plain'] !== undefined || template === '/execute';
      return [
        { method: method.toUpperCase(), template, parameters, body: content['application/json']?.schema, takesText },
      ];
    }),
  );
}

/** A request of an operation; `known` has things that exist, by the name of the parameter that they are for. */
export function requestOf(
  document: Document,
  operation: Operation,
  known: Record<string, string[]>,
): fc.Arbitrary<FuzzedRequest> {
  const valueFor = ({ name, schema }: Parameter) =>
    name === 'wait'
      ? fc.constantFrom('0', '0.01', 'x', '-1')
      : fc.oneof({ weight: 12, arbitrary: arbitraryFor(document, schema) }, { weight: 1, arbitrary: nasty });
  const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
  const paths = fc.record(
    Object.fromEntries(
      inPath.map(({ name, ...rest }) => {
        const there = fc.constantFrom(...(known[operation.template] ?? known[name] ?? ['x']));
        return [name, fc.oneof({ weight: 6, arbitrary: there }, { weight: 1, arbitrary: valueFor({ name, ...rest }) })];
      }),
    ),
  );
  const given = (place: string) =>
    fc.record(
      Object.fromEntries(
        operation.parameters.filter((one) => one.in === place).map((one) => [one.name, valueFor(one)]),
      ),
      { requiredKeys: [] },
    );
  return fc
    .tuple(paths, given('query'), given('header'), bodyOf(document, operation))
    .map(([path, query, header, { type, body }]) => ({
      method: operation.method,
      path: addressOf(operation.template, path, query),
      headers: { ...headersOf(header), ...(type === undefined ? {} : { 'Content-Type': type }), Prefer: 'wait=0' },
      body,
    }));
}

function bodyOf(document: Document, { method, body, takesText }: Operation) {
  if (method === 'GET') return fc.constant({ type: undefined, body: undefined });
  const json = (values: fc.Arbitrary<unknown>) =>
    values.map((value) => ({ type: 'application/json', body: JSON.stringify(value) ?? '' }));
  const text = fc.oneof(fc.string(), nasty).map((value) => ({ type: 'text/plain', body: value }));
  const bytes = fc
    .uint8Array({ maxLength: 64 })
    .map((value) => ({ type: 'application/octet-stream', body: new Uint8Array(value) }));
  const unknownField = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 });
  const mixed = fc
    .tuple(arbitraryFor(document, body), unknownField)
    .map(([one, other]) => ({ ...(one as object), ...other }));
  const broken = fc.constantFrom('{', '{"a":', '[[[[', '\u0000', '{"__proto__":{}}', '"\\ud800"', '');
  return fc.oneof(
    ...(body
      ? [
          { weight: 12, arbitrary: json(arbitraryFor(document, body)) },
          { weight: 2, arbitrary: json(mixed) },
        ]
      : []),
    ...(takesText ? [{ weight: 3, arbitrary: text }] : []),
    { weight: 1, arbitrary: json(fc.jsonValue({ maxDepth: 3 })) },
    { weight: 1, arbitrary: broken.map((value) => ({ type: 'application/json', body: value })) },
    { weight: 1, arbitrary: bytes },
    { weight: body ? 1 : 8, arbitrary: fc.constant({ type: undefined, body: undefined }) },
  );
}

function addressOf(template: string, path: Record<string, unknown>, query: Record<string, unknown>): string {
  const encode = (value: unknown) => encodeURIComponent(String(value).toWellFormed());
  // `.` and `..` are taken out of an address before it is sent: it would be another operation's.
  const segment = (value: unknown) => encode(value).replace(/^(\.\.?)?$/, 'x');
  const pathname = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => segment(path[name]));
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encode(value)}`);
  return pathname + (pairs.length > 0 ? `?${pairs.join('&')}` : '');
}

/** What a client can send as a header at all. */
function headersOf(given: Record<string, unknown>): Record<string, string> {
  const clean = (value: unknown) =>
    String(value)
      .replaceAll(/[^\x20-\x7e\x80-\xff]/g, '')
      .slice(0, 4_000);
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, clean(value)]));
}
