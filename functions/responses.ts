/** Answers as routes declare them, so that /openapi.json lists each one. */
import { z } from '@hono/zod-openapi';
import { Command as CommandShape, Session as SessionShape } from '../sql/contract.ts';
import { type ProblemCode, ProblemDocument, problems } from './problem.ts';

// Made anew here: schemas made before zod-openapi was loaded cannot be named in the document.
export const Session = z.object(SessionShape.shape).openapi('Session');
export const Command = z.object(CommandShape.shape).openapi('Command');

/** Problems that any route with a key may answer with. */
const keyed: ProblemCode[] = [
  'bad_request',
  'unauthorized',
  'forbidden',
  'invalid',
  'internal',
  'database_unavailable',
];

/** Where a session is made that takes up where another one stood. */
export const takingUpProblems: ProblemCode[] = [
  'not_found',
  'session_busy',
  'name_taken',
  'idempotency_conflict',
  'too_large',
  'unsupported_media_type',
  'not_allowed',
  'too_many_sessions',
];

/** The problem answers of a route that needs a key: the usual ones and those named. */
export function keyedProblems(...codes: ProblemCode[]): Record<never, never> {
  return problemAnswers(...keyed, ...codes);
}

/** The problem answers of a route, by status. */
export function problemAnswers(...codes: ProblemCode[]): Record<never, never> {
  const statuses = [...new Set(codes.map((code) => problems[code].status))].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const named = [...new Set(codes)].filter((code) => problems[code].status === status);
      const description = named.map((code) => `\`${code}\`: ${problems[code].title}`).join('; ');
      return [status, { description, content: { 'application/problem+json': { schema: ProblemDocument } } }];
    }),
  );
}

/** A JSON answer. */
export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** A page of items. */
export function pageOf<Schema extends z.ZodType>(name: string, items: Schema) {
  return z.object({ items: z.array(items), next_cursor: z.string().nullable() }).openapi(name);
}

/** A key is needed, in any of the three places. */
export const security = [{ bearer: [] }, { shellKey: [] }, { cookie: [] }];
