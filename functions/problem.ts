/** Errors as callers see them: RFC 9457 problem documents. `problems` is the closed list; one table maps code → status. */
import { z } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { DatabaseNotReady, DatabaseUnavailable, isSqlError } from './query.ts';

/** Every code there is. Those that SQL raises are also in sql/internal/fail.sql. */
export const problems = {
  bad_request: { status: 400, title: 'The request cannot be understood' },
  unauthorized: { status: 401, title: 'A valid key is needed' },
  forbidden: { status: 403, title: 'This key may not do that' },
  not_allowed: { status: 403, title: 'This key may not run that' },
  not_found: { status: 404, title: 'There is no such thing, or it is not yours' },
  method_not_allowed: { status: 405, title: 'This address does not take that method' },
  session_closed: { status: 409, title: 'The session is closed' },
  name_taken: { status: 409, title: 'An open session of yours has this name' },
  idempotency_conflict: { status: 409, title: 'The Idempotency-Key belongs to another request' },
  session_busy: { status: 409, title: 'The session is busy' },
  command_ended: { status: 409, title: 'The command has ended' },
  not_interactive: { status: 409, title: 'The command takes no input' },
  not_a_terminal: { status: 409, title: 'The session has no terminal' },
  stdin_gap: { status: 409, title: 'Input before this offset is missing' },
  stdin_ended: { status: 409, title: 'The input has ended' },
  id_taken: { status: 409, title: 'This id is in use' },
  already_locked: { status: 409, title: 'The shell is already locked' },
  not_locked: { status: 409, title: 'The shell has not been locked' },
  unrecoverable: { status: 409, title: 'No shell could be started' },
  too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'This kind of body is not taken' },
  invalid: { status: 422, title: 'The request fails validation' },
  too_many_queued: { status: 429, title: 'Too many commands are queued', retryAfterS: 1 },
  too_many_sessions: { status: 429, title: 'Too many sessions are open', retryAfterS: 5 },
  too_many_commands: { status: 429, title: 'Too many commands a minute', retryAfterS: 1 },
  output_spent: { status: 429, title: 'The output of a day is used up', retryAfterS: 60 },
  stdin_full: { status: 429, title: 'Too much input is waiting', retryAfterS: 1 },
  keys_full: { status: 429, title: 'Too many keys are waiting', retryAfterS: 1 },
  sealed: { status: 409, title: 'What is stored cannot be opened here' },
  no_encryption: { status: 409, title: 'This limpet keeps no secrets' },
  internal: { status: 500, title: 'Something broke on our side' },
  database_unavailable: { status: 503, title: 'The database does not answer', retryAfterS: 1 },
  no_host: { status: 503, title: 'No host is live', retryAfterS: 2 },
} as const;

export type ProblemCode = keyof typeof problems;
type Entry = { status: number; title: string; retryAfterS?: number };

/** One field that failed: where it is, as a JSON pointer (RFC 6901) into the named part of the request, and why. */
export const FieldError = z.object({
  in: z.enum(['body', 'query', 'path', 'header']),
  pointer: z.string(),
  message: z.string(),
});
export type FieldError = z.infer<typeof FieldError>;

/** The document that every error is answered with. */
export const ProblemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string(),
    hint: z.string().optional(),
    errors: z.array(FieldError).optional(),
    reasons: z.array(z.string()).optional(),
    request_id: z.string().optional(),
  })
  .openapi('Problem');

interface ProblemExtras {
  hint?: string;
  errors?: FieldError[];
  reasons?: string[];
  headers?: Record<string, string>;
  cause?: unknown;
}

/** The one exception the edge throws on purpose; `problemResponse` renders it. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail, { cause: extras.cause });
    this.name = 'Problem';
    this.code = code;
    this.extras = extras;
  }

  get status(): number {
    return problems[this.code].status;
  }
}

/** Translates whatever was thrown. What is not foreseen becomes `internal`, which says nothing of its cause. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof DatabaseNotReady) {
    const hint = 'Its operator runs "limpet migrate", and sees to it that the edge may call its functions.';
    return new Problem('database_unavailable', 'The database is not set up for this version.', { hint, cause: error });
  }
  if (error instanceof DatabaseUnavailable) {
    const hint = 'Try again; what you sent with an Idempotency-Key may be sent again safely.';
    return new Problem('database_unavailable', 'The database does not answer.', { hint, cause: error });
  }
  if (isSqlError(error) && error.code.startsWith('LP') && error.detail in problems && error.code !== 'LP500') {
    return new Problem(error.detail as ProblemCode, error.message, {
      ...(error.hint ? { hint: error.hint } : {}),
      ...(error.column ? { headers: { 'Retry-After': error.column } } : {}),
    });
  }
  if (error instanceof HTTPException && error.status < 500)
    return new Problem('bad_request', error.message || 'Bad request.');
  return new Problem('internal', 'An unexpected error; the request id finds it in the log.', { cause: error });
}

/** The answer for a problem; its `type` is a stable address on /docs. */
export function problemResponse(problem: Problem, requestId: string): Response {
  const { title, status, retryAfterS }: Entry = problems[problem.code];
  const { hint, errors, reasons, headers } = problem.extras;
  const document: z.infer<typeof ProblemDocument> = {
    type: `/docs#problem-${problem.code}`,
    title,
    status,
    code: problem.code,
    detail: problem.message,
    ...(hint ? { hint } : {}),
    ...(errors ? { errors } : {}),
    ...(reasons ? { reasons } : {}),
    request_id: requestId,
  };
  return new Response(JSON.stringify(document), {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(retryAfterS === undefined ? {} : { 'Retry-After': String(retryAfterS) }),
      ...(problem.code === 'unauthorized' ? { 'WWW-Authenticate': 'Bearer realm="limpet"' } : {}),
      ...headers,
    },
  });
}
