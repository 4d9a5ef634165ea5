/** Whether a key is good comes before what is wrong with its request, though a good request has its key looked at by the call that does the work. */
import { HTTPException } from 'hono/http-exception';
import type { Scope } from '../sql/contract.ts';
import type { Edge, EdgeContext } from './edge.ts';
import { Problem } from './problem.ts';
import { isSqlError } from './query.ts';
import { answerProblems, routePattern } from './requests.ts';

/** The handler for errors: where the edge itself refused a request with a key, the key is looked at before that is told. */
export function answerKeyFirst(edge: Edge) {
  const answer = answerProblems(edge.log);
  return async (error: unknown, c: EdgeContext): Promise<Response> => {
    const isOurs = error instanceof Problem || error instanceof HTTPException;
    return answer(
      isOurs && c.get('credential') && c.req.path.startsWith('/v1/') ? await first(edge, c, error) : error,
      c,
    );
  };
}

/** What is wrong with the key, else `error`; also where the database does not answer: the request is refused anyway. */
async function first({ calls }: Edge, c: EdgeContext, error: unknown): Promise<unknown> {
  try {
    const { scopes } = await calls.whoami(c.get('credential'));
    const needed = scopeOf(c.req.method, routePattern(c));
    if (needed === 'read' || scopes.includes(needed) || scopes.includes('admin')) return error;
    return new Problem('forbidden', `This key lacks the scope "${needed}".`, { hint: 'Use a key that has it.' });
  } catch (refusal) {
    return isSqlError(refusal) && refusal.code.startsWith('LP4') ? refusal : error;
  }
}

/** The scope that the route's call asks for (sql/edge); where there is no route, any key may know that. */
function scopeOf(method: string, route: string | undefined): Scope {
  if (route !== undefined && /^\/v1\/(keys|audit\/export)(\/|$)/.test(route)) return 'admin';
  return route === undefined || ['GET', 'HEAD'].includes(method) ? 'read' : 'execute';
}
