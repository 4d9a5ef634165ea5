/** The filters of the page of jobs: from the address or a form to what the SQL API takes. */
import { z } from '@hono/zod-openapi';
import type { JobFields } from '../../html/jobs.ts';
import { CommandState } from '../../sql/contract.ts';
import type { CommandFilter } from '../../sql/edge.ts';
import { Cursor, Timestamp } from '../fields.ts';
import { Problem } from '../problem.ts';

const agesMs: Record<string, number> = { '15m': 900_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 };
const text = z.string().max(256);

/** What does not fit is refused, never left out: all that match may be about to be cancelled. */
const Fields = z.object({
  q: text,
  state: CommandState,
  session: text,
  host: text,
  key: z.uuid(),
  exit_code: z.string().regex(/^\d{1,3}$/),
  age: z.enum(['15m', '1h', '24h', '7d']),
  before: Timestamp,
  after: Timestamp,
  cursor: Cursor,
});

/** The fields that are given. Throws `invalid` with the name of one that makes no sense. */
export function readFields(given: Record<string, unknown>): JobFields {
  const names = Object.keys(Fields.shape) as (keyof JobFields)[];
  const filled = names.filter((name) => typeof given[name] === 'string' && given[name] !== '');
  const parsed = Fields.partial().safeParse(Object.fromEntries(filled.map((name) => [name, given[name]])));
  if (parsed.success) return parsed.data as JobFields;
  const name = String(parsed.error.issues[0]?.path[0] ?? 'filter').replace('_', ' ');
  throw new Problem('invalid', `The filter "${name}" makes no sense as it is.`, { hint: 'Go back and change it.' });
}

/** The filter for the SQL API. */
export function filterOf({ age, cursor: _, exit_code, after, ...rest }: JobFields, nowMs: number): CommandFilter {
  const since = age ? new Date(nowMs - (agesMs[age] ?? 0)).toISOString() : undefined;
  return {
    ...rest,
    ...(exit_code === undefined ? {} : { exit_code: Number(exit_code) }),
    ...(after || since ? { after: later(after, since) } : {}),
  };
}

function later(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Date.parse(one) > Date.parse(other) ? one : other;
}

/** The same filter, held to what there is by now: what comes after a preview is not touched. */
export function fixedFields({ age, cursor: _, ...fields }: JobFields, nowMs: number): JobFields {
  const { before, after } = filterOf({ ...fields, ...(age ? { age } : {}) }, nowMs);
  const now = new Date(nowMs).toISOString();
  return { ...fields, before: before && Date.parse(before) < nowMs ? before : now, ...(after ? { after } : {}) };
}
