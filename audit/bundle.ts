/**
 * A bundle: events with all that proves them, one JSON object a line (NDJSON). In this order: `bundle`; each `checkpoint` with its
 * `proof` or `absence` lines; for each session `session`, its `tombstone` if it has one, its `event` lines, and behind an event
 * a `head` for each checkpoint that signed it; `end`. Bytes are hex, times microseconds since 1970.
 */
import { z } from 'zod';

/** The only version there is. */
export const bundleVersion = 'limpet/bundle/v1';
/** A line longer than this is no line of a bundle: payloads are small, and a note has at most 1 MiB. */
export const lineBytesMax = 16 * 1024 * 1024;

const Count = z.int().nonnegative();
const Uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const hex = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`))
    .transform((text) => Buffer.from(text, 'hex'));
const Hash = hex(32);
const SessionHead = { session_id: Uuid, seq: Count, hash: Hash };
/** A head and the way from it to the root: its place among the sorted heads, and the siblings from the lowest level up. */
const Leaf = z.object({ ...SessionHead, index: Count, path: z.array(Hash).max(64) });
export type Leaf = z.infer<typeof Leaf>;

const lines = {
  bundle: z.object({
    version: z.string(),
    log: Uuid,
    scope: z.enum(['session', 'log']),
    session_id: Uuid.nullable(),
    /** The newest checkpoint when the bundle was made; null where none was signed. */
    checkpoint: Count.nullable(),
    exported_at_us: Count,
  }),
  checkpoint: z.object({ number: Count, note: z.string() }),
  /** The head of the bundle's session at this checkpoint. */
  proof: Leaf.extend({ number: Count }),
  /** The session had no head at this checkpoint: those that would stand before and after it are neighbours. */
  absence: z.object({ number: Count, session_id: Uuid, before: Leaf.nullable(), after: Leaf.nullable() }),
  session: z.object({
    session_id: Uuid,
    /** null where the session itself is gone. */
    created_at_us: Count.nullable(),
    parent: z.object(SessionHead).nullable(),
  }),
  tombstone: z.object({ session_id: Uuid, note: z.string() }),
  event: z.object({
    v: z.int(),
    session_id: Uuid,
    seq: z.int().positive(),
    at_us: z.int(),
    kind: z.string(),
    actor: z.string(),
    salt: hex(16).nullable(),
    payload: z.string().nullable(),
    payload_hash: Hash,
    prev: Hash,
    hash: Hash,
  }),
  head: z.object({ ...SessionHead, number: Count }),
  end: z.object({ lines: Count }),
} as const;

type Lines = { [Type in keyof typeof lines]: z.infer<(typeof lines)[Type]> & { type: Type } };
/** Any line of a bundle. */
export type Line = Lines[keyof Lines];
export type LineOf<Type extends keyof Lines> = Lines[Type];

/** A line that is none. `unknown`: a later version may have it; `malformed`: none can. `seq`: it was to be this event. */
interface NoLine<Type extends string> {
  type: Type;
  why: string;
  seq: number | null;
}

/** Reads a line. */
export function parseLine(text: string): Line | NoLine<'unknown'> | NoLine<'malformed'> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { type: 'malformed', why: 'it is no JSON', seq: null };
  }
  const { type, seq } = (value ?? {}) as { type?: unknown; seq?: unknown };
  if (typeof type !== 'string') return { type: 'malformed', why: 'it has no type', seq: null };
  if (!Object.hasOwn(lines, type))
    return { type: 'unknown', why: `"${type}" is no type that is known here`, seq: null };
  const parsed = lines[type as keyof typeof lines].safeParse(value);
  if (parsed.success) return { type, ...parsed.data } as Line;
  const [issue] = parsed.error.issues;
  const why = `${type}: ${issue?.path.join('.')} ${issue?.message}`;
  return { type: 'malformed', why, seq: type === 'event' && Number.isSafeInteger(seq) ? (seq as number) : null };
}
