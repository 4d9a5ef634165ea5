/** The Worker's bindings, the only environment the edge reads: parsed once, frozen, refused with a sentence. */
import { z } from '@hono/zod-openapi';
import { hasNeededKey, keyNeeded, SealKeysText } from '../sql/contract.ts';
import { redactionSettings } from './redaction/settings.ts';
import { ShardsText } from './shards.ts';

const Fetcher = z.custom<{ fetch(request: Request): Promise<Response> }>(
  (value) => typeof (value as { fetch?: unknown } | undefined)?.fetch === 'function',
  'must be a binding with fetch',
);

const Bindings = z
  .object({
    /** Connection string of a role that may use limpet_edge. Set it with `wrangler secret put DATABASE_URL`. */
    DATABASE_URL: z
      .string({ error: 'is not set: run "wrangler secret put DATABASE_URL"' })
      .regex(/^postgres(ql)?:\/\//, {
        error: 'must begin with postgres:// or postgresql://',
      }),
    /** Further databases, each for the keys that name it: `wrangler secret put LIMPET_SHARDS`. */
    LIMPET_SHARDS: ShardsText.optional(),
    /** Where Neon's protocol is spoken, for tests; else it follows from DATABASE_URL. */
    LIMPET_NEON_ENDPOINT: z.url().optional(),
    /** What secrets are sealed with: `wrangler secret put LIMPET_ENCRYPTION_KEYS`. */
    LIMPET_ENCRYPTION_KEYS: SealKeysText.optional(),
    /** Input and keys for terminals are stored sealed, as the hosts store what shells write. */
    LIMPET_ENCRYPT: z.stringbool('must be 1 or 0').default(false),
    /** What is masked in what is shown and exported. */
    ...redactionSettings,
    /** The page's static files. */
    ASSETS: Fetcher.optional(),
  })
  .refine(hasNeededKey, keyNeeded);
type Bindings = Readonly<z.infer<typeof Bindings>>;

/** The Worker's bindings. Throws an error that names the variable and what it must be; never its value. */
export function parseBindings(env: unknown): Bindings {
  const result = Bindings.safeParse(env);
  if (result.success) return Object.freeze(result.data);
  const reasons = result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new Error(`limpet cannot start: ${reasons.join('; ')}.`);
}
