/** Fields that several requests have, with their limits. */
import { z } from '@hono/zod-openapi';
import { limits } from '../sql/contract.ts';
import { exceedsBytes } from './bytes.ts';
import { isUuid } from './ids.ts';
import { aboveLimit, type LimitName } from './limitText.ts';

/** A text of at most so many bytes in UTF-8; above the limit the answer is 413 and names it. */
export function boundedText(limit: LimitName) {
  return z.string().refine((text) => !exceedsBytes(text, limits[limit]), {
    error: aboveLimit(limit, 'bytes'),
    params: { problem: 'too_large' },
  });
}

/** A short printable text. */
export const Label = z
  .string()
  .min(1)
  .max(limits.nameLengthMax, { error: aboveLimit('nameLengthMax', 'characters') })
  .refine((text) => !/\p{Cc}/u.test(text), { error: 'Must have no control characters' });

/** A session's name: what is an id, or would be lost from an address, is none. */
export const SessionName = Label.refine((name) => !isUuid(name) && name !== '.' && name !== '..', {
  error: 'Must not look like an id or be a dot',
}).openapi({ example: 'build' });

/** A directory. */
export const Directory = boundedText('pathBytesMax').min(1);

/** What a host marks its shells' processes by, what bash takes for a command to run at its start, and what it lets nobody set. */
const reservedName = /^(?:LIMPET_.*|BASH_ENV|ENV|BASHOPTS|SHELLOPTS|BASH_VERSINFO|EUID|PPID|UID)$/;

const VariableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'Must be a name that a shell variable can have' })
  .refine((name) => !reservedName.test(name), { error: 'Is reserved: choose another name' });

/** Variables, taken literally. */
export const Environment = z
  .record(VariableName, z.string())
  .refine((env) => !exceedsBytes(Object.entries(env).flat().join(''), limits.environmentBytesMax), {
    error: aboveLimit('environmentBytesMax', 'bytes'),
    params: { problem: 'too_large' },
  });

/** An id in a path. What is no id cannot be the id of something. */
export const PathId = z
  .string()
  .refine(isUuid, { error: 'There is no such id.', params: { problem: 'not_found' } })
  .openapi({ format: 'uuid' });

/** `{session}` in a path: its id or its name. */
export const SessionPath = z.object({
  session: z.string().min(1).max(256).openapi({ description: 'The id or the name of a session' }),
});

/** The number of a command in its session, or 0 for what is before the first. */
export const Seq = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);

/** The path of whatever is of one command. */
export const CommandPath = z.object({ id: PathId.openapi({ description: 'The id of a command' }) });

/** A number in a query. */
export function queryNumber(schema: z.ZodNumber, description: string) {
  return z
    .string()
    .regex(/^-?\d{1,16}(\.\d{1,9})?$/, { error: 'Must be a number' })
    .transform(Number)
    .pipe(schema)
    .openapi({ type: schema.isInt ? 'integer' : 'number', description });
}

/** How many items a page has. */
export const PageLimit = queryNumber(
  z
    .int()
    .min(1)
    .max(limits.pageSizeMax, { error: aboveLimit('pageSizeMax', 'items') }),
  'Items of a page',
)
  .optional()
  .transform((limit) => limit ?? limits.pageSize)
  .openapi({ type: 'integer', minimum: 1, maximum: limits.pageSizeMax, default: limits.pageSize });

/** Where the next page begins, as the page before said it. */
export const Cursor = z
  .string()
  .regex(/^\d{1,17}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, { error: 'Must be the next_cursor of a page' })
  .optional()
  .openapi({ description: '`next_cursor` of the page before' });

/** A time that Postgres knows: there was no year 0, and no place is 16 hours away. */
export const Timestamp = z.iso
  .datetime({ offset: true })
  .refine((text) => !text.startsWith('0000') && !/[+-](1[6-9]|2\d):\d\d$/.test(text), {
    error: 'Must be a time that there is',
  });

/** A text to search for. */
export const Search = z.string().min(1).max(1024).optional();

/** `wait` in a query, in seconds; what is above the limit is granted up to it. */
export const WaitSeconds = queryNumber(
  z.number().min(0).max(86_400),
  `Seconds to wait, at most ${limits.waitMsMax / 1000}`,
).optional();

/** `?raw=true` (redaction/raw.ts) */
export const Raw = z.enum(['true', 'false']).optional().openapi({
  description: 'Nothing masked where this edge redacts: needs the scope `admin`, and is noted in the record',
});

/** The query of a route that takes nothing else. */
export const RawOnly = z.strictObject({ raw: Raw });

/** `?strip=ansi` */
export const Strip = z
  .enum(['ansi'])
  .optional()
  .openapi({ description: 'Leave escape sequences out of stdout and stderr' });
