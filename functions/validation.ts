/** From zod's issues to a problem that lists the fields. */
import type { Context } from 'hono';
import type { z } from 'zod';
import { type FieldError, Problem, type ProblemCode } from './problem.ts';

type Issue = z.core.$ZodIssue;
type Part = FieldError['in'];

const parts: Record<string, Part> = { json: 'body', query: 'query', param: 'path', header: 'header' };

/** Every route's hook after validation: a failure is thrown as a problem. */
export function refuseInvalid(
  result: { target: string } & ({ success: true } | { success: false; error: { issues: readonly Issue[] } }),
  _c: Context,
): void {
  if (!result.success) throw invalid(parts[result.target] ?? 'body', result.error.issues);
}

/**
 * The problem for failed fields: `invalid` with all of them; or, where a refinement names a code in its params (a text that
 * is too large, an id that cannot be one), that code.
 */
export function invalid(part: Part, found: readonly Issue[]): Problem {
  const issues = found.flatMap(innermost);
  const errors = issues.flatMap((issue) => fieldErrors(part, issue));
  const detail = errors.map((error) => `${error.pointer || error.in}: ${error.message}`).join('; ');
  const named = issues.map((issue) => issue.code === 'custom' && issue.params?.problem).find(Boolean);
  if (named) return new Problem(named as ProblemCode, detail);
  return new Problem('invalid', detail, { errors });
}

/** The issues that say what is wrong, where zod wraps them: those of a record's key, and those of the alternative that was meant. */
function innermost(issue: Issue): Issue[] {
  const within = (inner: Issue): Issue[] => innermost({ ...inner, path: [...issue.path, ...inner.path] });
  if (issue.code === 'invalid_key') return issue.issues.flatMap(within);
  // One that has a message of its own needs no other.
  if (issue.code !== 'invalid_union' || issue.message !== 'Invalid input') return [issue];
  const meant = issue.errors.filter((issues) => !issues.every(isAnotherKind));
  if (meant.length > 0) return meant.flat().flatMap(within);
  const messages = issue.errors.flat().map(({ message }) => message);
  return [{ ...issue, message: [...new Set(messages)].join(' or ') }];
}

/** Not what this alternative is about at all. */
function isAnotherKind({ code, path }: Issue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
}

function fieldErrors(part: Part, issue: Issue): FieldError[] {
  if (issue.code !== 'unrecognized_keys') return [fieldError(part, issue.path, issue.message)];
  return issue.keys.map((key) => fieldError(part, [...issue.path, key], 'Unknown field'));
}

function fieldError(part: Part, path: readonly PropertyKey[], message: string): FieldError {
  const pointer = path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return { in: part, pointer, message };
}
