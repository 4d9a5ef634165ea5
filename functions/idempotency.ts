/** `Idempotency-Key`: the same key and the same request give the first answer again; another request is refused. */
import { z } from '@hono/zod-openapi';
import { limits } from '../sql/contract.ts';
import type { Idempotency } from '../sql/edge.ts';
import { sha256, utf8 } from './bytes.ts';

const max = limits.idempotencyKeyLengthMax;

/** The header, for a route's `request.headers`. */
export const IdempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(new RegExp(`^[\\x20-\\x7e]{1,${max}}$`), {
      error: `Must be 1 to ${max} printable ASCII characters (the limit "idempotencyKeyLengthMax")`,
    })
    .optional(),
});

/** What SQL compares: the key, and SHA-256 of the validated request together with the kind of thing it makes. */
export async function idempotencyOf(key: string | undefined, kind: string, request: unknown): Promise<Idempotency> {
  if (key === undefined) return {};
  return { idempotency_key: key, body_hash: await sha256(utf8(canonical([kind, request]))) };
}

/** JSON with the keys of every object in order, so that equal requests have equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
