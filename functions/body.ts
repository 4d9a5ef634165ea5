/** Bodies: read within a limit, decoded strictly, validated. Declared once, for the reader and for /openapi.json. */
import { z } from '@hono/zod-openapi';
import { readBytes } from './bodyBytes.ts';
import type { EdgeApp, EdgeContext } from './edge.ts';
import type { LimitName } from './limitText.ts';
import { Problem } from './problem.ts';
import { invalid } from './validation.ts';

interface BodyOptions<Schema extends z.ZodType> {
  /** Its name in the OpenAPI document. */
  name: string;
  schema: Schema;
  /** Makes the value of a `text/plain` body; without it, only JSON is taken. */
  fromText?: (text: string) => unknown;
  /** False where an empty body is the empty object. */
  required?: boolean;
}

/** The fields of the bodies that routes declare, by that declaration. */
export const bodyFields = new WeakMap<object, readonly string[]>();

/** No body that is taken here is nested deeper; a million brackets must not reach the recursion below. */
const depthMax = 16;
const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const jsonType = /^application\/([\w.-]+\+)?json$/;

/** A body that a route takes: `declared` goes into the route, `read` gives the validated value or throws a problem. */
export function requestBody<Schema extends z.ZodType>({
  name,
  schema,
  fromText,
  required = true,
}: BodyOptions<Schema>) {
  const reference = { schema: { $ref: `#/components/schemas/${name}` } };
  const text = { schema: { type: 'string' as const, description: 'The command itself, in UTF-8' } };
  const content = { 'application/json': reference, ...(fromText ? { 'text/plain': text } : {}) };
  const declared = { required, content };
  bodyFields.set(declared, schema instanceof z.ZodObject ? Object.keys(schema.shape) : []);
  return {
    declared,
    register: (app: EdgeApp) => void app.openAPIRegistry.register(name, schema),
    async read(c: EdgeContext): Promise<z.output<Schema>> {
      const result = schema.safeParse(await readValue(c, fromText, required));
      if (result.success) return result.data;
      throw invalid('body', result.error.issues);
    },
  };
}

async function readValue(
  c: EdgeContext,
  fromText: BodyOptions<z.ZodType>['fromText'],
  required: boolean,
): Promise<unknown> {
  const type = mediaType(c);
  const isText = fromText !== undefined && type === 'text/plain';
  const bytes = await readBytes(c, isText ? 'commandBytesMax' : 'bodyBytesMax');
  if (type === undefined && bytes.length === 0 && !required) return {};
  if (!isText && !jsonType.test(type ?? '')) throw unsupported(type, fromText !== undefined);
  const text = decode(bytes);
  const value = isText ? fromText(text) : parseJson(text);
  requireCleanText(value);
  return value;
}

function mediaType(c: EdgeContext): string | undefined {
  const [type, ...parameters] = (c.req.header('content-type') ?? '')
    .toLowerCase()
    .split(';')
    .map((piece) => piece.trim());
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  if (charset !== undefined && !['utf-8', 'utf8', 'us-ascii'].includes(charset)) {
    throw new Problem('unsupported_media_type', 'Text is taken in UTF-8 only.');
  }
  if ((c.req.header('content-encoding') ?? 'identity') !== 'identity') {
    throw new Problem('unsupported_media_type', 'Bodies are taken without Content-Encoding only.');
  }
  return type || undefined;
}

function unsupported(type: string | undefined, takesText: boolean): Problem {
  const hint = `Send "Content-Type: application/json"${takesText ? ', or "text/plain" with the command as the body' : ''}.`;
  return new Problem('unsupported_media_type', `A body of type ${type ?? '(none)'} is not taken here.`, { hint });
}

/** The body as text, whatever its content type says. Throws a problem for what is no UTF-8, or has NUL, which no command can. */
export async function readText(c: EdgeContext, limit: LimitName): Promise<string> {
  const text = decode(await readBytes(c, limit));
  requireCleanText(text);
  return text;
}

function decode(bytes: Uint8Array): string {
  try {
    return fatal.decode(bytes);
  } catch {
    throw new Problem('bad_request', 'The body is not UTF-8.');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('bad_request', 'The body is not JSON.');
  }
}

/** NUL cannot be in a command or in a text that Postgres stores, and half a surrogate pair would be stored as another character. */
function requireCleanText(value: unknown, depth = 0): void {
  if (depth > depthMax) throw new Problem('bad_request', `The body is nested deeper than ${depthMax} levels.`);
  if (typeof value === 'string') {
    if (value.includes('\0')) throw new Problem('bad_request', 'A text contains NUL.');
    if (!value.isWellFormed()) throw new Problem('bad_request', 'A text contains half of a surrogate pair.');
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      // zod passes over this one in silence, and a variable would be lost.
      if (key === '__proto__') throw new Problem('bad_request', 'A field is named __proto__.');
      requireCleanText(key, depth + 1);
      requireCleanText(item, depth + 1);
    }
  }
}
