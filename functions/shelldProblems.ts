/** Refusals as shelld words them: a sentence, a line break, text/plain. What shelld cannot say is said in our own words. */
import type { Edge, EdgeContext } from './edge.ts';
import { asProblem, type Problem, type ProblemCode } from './problem.ts';
import { answerProblems } from './requests.ts';

const sentences: Partial<Record<ProblemCode, string>> = {
  session_busy: 'The shell is busy executing another command.',
  already_locked: 'The shell is already locked.',
  not_locked: 'The shell has not been locked.',
  unrecoverable: 'The shell is in an unrecoverable state.',
};

/** A plain answer. */
export function plain(status: number, sentence: string, headers: Record<string, string> = {}): Response {
  return new Response(`${sentence}\n`, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers },
  });
}

/** The answer for whatever a handler threw: logged like any other, and then plain. */
export function refuse(edge: Edge, c: EdgeContext, error: unknown): Response {
  const { status, headers } = answerProblems(edge.log)(error as Error, c);
  const kept = ['retry-after', 'www-authenticate'].flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return plain(status, sentenceFor(c, asProblem(error)), Object.fromEntries(kept));
}

function sentenceFor(c: EdgeContext, problem: Problem): string {
  if (problem.code === 'unauthorized' && !c.req.header('x-shell-key')) return 'The X-Shell-Key header is required.';
  return sentences[problem.code] ?? problem.message;
}
