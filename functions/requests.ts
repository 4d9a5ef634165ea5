/** One id and one log line a request; problems are rendered here, whatever threw them. */
import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import type { Log } from '../sql/contract.ts';
import type { EdgeContext, EdgeEnv } from './edge.ts';
import { uuidv7 } from './ids.ts';
import { asProblem, problemResponse } from './problem.ts';

/** A caller's own request id is kept if it is short and cannot break a log or a header. */
const saneId = /^[A-Za-z0-9._:/+=-]{1,128}$/;

/**
 * Middleware: gives the request its id, returned as `X-Request-Id`, and logs one line when the answer is made: the route's
 * pattern and ids, never the address, a query, a body or a header.
 */
export function logRequests(log: Log) {
  return createMiddleware<EdgeEnv>(async (c, next) => {
    const given = c.req.header('x-request-id');
    const requestId = given !== undefined && saneId.test(given) ? given : uuidv7();
    const startedAt = performance.now();
    c.set('requestId', requestId);
    c.set('fields', {});
    await next();
    c.res.headers.set('X-Request-Id', requestId);
    log(levelOf(c.res.status), 'request', {
      request_id: requestId,
      method: c.req.method,
      route: routePattern(c),
      status: c.res.status,
      ms: Math.round((performance.now() - startedAt) * 10) / 10,
      ...c.get('fields'),
    });
  });
}

/** The handler for errors: a problem document; what was not foreseen is logged with its stack. */
export function answerProblems(log: Log) {
  return (error: unknown, c: EdgeContext): Response => {
    const problem = asProblem(error);
    const requestId = c.get('requestId');
    c.set('fields', { ...c.get('fields'), code: problem.code });
    const { cause } = problem.extras;
    if (cause !== undefined) log('error', problem.code, { request_id: requestId, ...described(cause) });
    return problemResponse(problem, requestId);
  };
}

/** 503 is no fault of ours, and /ready answers it for as long as no host lives. */
function levelOf(status: number) {
  if (status === 503) return 'warn';
  return status >= 500 ? 'error' : 'info';
}

/** The pattern of the route that answered, such as `/v1/commands/:id`; undefined where none did. */
export function routePattern(c: EdgeContext): string | undefined {
  return matchedRoutes(c).findLast((route) => route.method !== 'ALL')?.path;
}

/** An error for the log. Postgres' refusals keep their SQLSTATE; their detail may quote values, so it stays out. */
function described(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: 'a value that is no error was thrown' };
  const { code } = error as { code?: unknown };
  const cause = error.cause instanceof Error ? { cause: error.cause.message } : {};
  return {
    error: error.message,
    ...cause,
    ...(typeof code === 'string' ? { sqlstate: code } : {}),
    stack: error.stack,
  };
}
