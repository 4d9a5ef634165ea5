/** The Worker's bindings, the only environment the edge reads: parsed once, frozen, refused with a sentence. */
import { z } from '@hono/zod-openapi';
import { SealKeysText } from '../sql/contract.ts';

const Fetcher = z.custom<{ fetch(request: Request): Promise<Response> }>(
  (value) => typeof (value as { fetch?: unknown } | undefined)?.fetch === 'function',
  'must be a binding with fetch',
);

const Bindings = z.object({
  /** Connection string of a role that may use limpet_edge. Set it with `wrangler secret put DATABASE_URL`. */
  DATABASE_URL: z.string({ error: 'is not set: run "wrangler secret put DATABASE_URL"' }).regex(/^postgres(ql)?:\/\//, {
    error: 'must begin with postgres:// or postgresql://',
  }),
  /** Where Neon's protocol is spoken, for tests; else it follows from DATABASE_URL. */
  LIMPET_NEON_ENDPOINT: z.url().optional(),
  /** What secrets are sealed with: `wrangler secret put LIMPET_ENCRYPTION_KEYS`. */
  LIMPET_ENCRYPTION_KEYS: SealKeysText.optional(),
  /** The page's static files. */
  ASSETS: Fetcher.optional(),
});
export type Bindings = Readonly<z.infer<typeof Bindings>>;

/** The Worker's bindings. Throws an error that names the variable and what it must be; never its value. */
export function parseBindings(env: unknown): Bindings {
  const result = Bindings.safeParse(env);
  if (result.success) return Object.freeze(result.data);
  const reasons = result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new Error(`limpet cannot start: ${reasons.join('; ')}.`);
}
