/**
 * The command line's settings: from the environment, and from secrets.ts, which wins. Parsed once, frozen; a setting that cannot be used is refused with a sentence.
 */
import path from 'node:path';
import { z } from 'zod';
import { redactionSettings } from '../functions/redaction/settings.ts';
import { ShardName, ShardsText } from '../functions/shards.ts';
import { hasNeededKey, keyNeeded, SealKeysText } from '../sql/contract.ts';

/** From which level on the log is written. */
export const LogLevel = z.enum(['debug', 'info', 'warn', 'error']);
export type LogLevel = z.infer<typeof LogLevel>;

const databaseUrl = z.string().regex(/^postgres(ql)?:\/\/./, 'must begin with postgres:// or postgresql://');

/** Timers count in 31 bits. */
const delayMsMax = 2 ** 31 - 1;
const tooLong = 'must be 24 days at most';

const Settings = z
  .object({
    PORT: z.coerce
      .number('must be a port')
      .int('must be a port')
      .min(0, 'must be a port')
      .max(65_535, 'must be a port')
      .default(8787),
    /** The address to listen on. Beyond loopback put something in front that speaks HTTPS. */
    LIMPET_LISTEN: z.string().min(1).default('127.0.0.1'),
    LIMPET_DATA_DIR: z
      .string()
      .min(1)
      .default('.limpet')
      .transform((directory) => path.resolve(directory)),
    /** Where root puts what the accounts of Postgres and of the shells cannot reach in the checkout or the data directory. */
    LIMPET_SHARED_DIR: z.string().min(1).default('/var/lib/limpet'),
    /** An admin key of any text. */
    LIMPET_BOOTSTRAP_KEY: z.string().optional(),
    /** Another Postgres than the embedded one: a direct connection of its owner, not through a pooler. */
    DATABASE_URL: databaseUrl.optional(),
    /** Which of an edge's databases this one is: keys and links that are made here say so. */
    LIMPET_SHARD: ShardName.optional(),
    /** Further databases for the edge, each for the keys that name it. */
    LIMPET_SHARDS: ShardsText.optional(),
    /** What sessions' secrets are sealed with: NAME:BASE64 of 32 bytes, the newest first. */
    LIMPET_ENCRYPTION_KEYS: SealKeysText.optional(),
    /** What is stored of output, states, input and screens is sealed, too. */
    LIMPET_ENCRYPT: z.stringbool('must be 1 or 0').default(false),
    /** What is masked in what is shown and exported. */
    ...redactionSettings,
    /** `limpet host` leaves Postgres alone after so long without a session … */
    LIMPET_SLEEP_AFTER_MS: z.coerce.number('must be milliseconds').int().positive().optional(),
    /** … and looks this often whether it is wanted again. */
    LIMPET_SLEEP_LOOK_MS: z.coerce
      .number('must be milliseconds')
      .int()
      .positive()
      .max(delayMsMax, tooLong)
      .default(600_000),
    LIMPET_LOG_LEVEL: LogLevel.default('info'),
  })
  .refine(hasNeededKey, keyNeeded);
export type Settings = Readonly<z.infer<typeof Settings>>;

/** Throws one sentence that names each setting that cannot be used, and never its value, which may be a secret. */
export function parseSettings(environment: Record<string, string | undefined>): Settings {
  const parsed = Settings.safeParse(nonEmpty(environment));
  if (parsed.success) return Object.freeze(parsed.data);
  const reasons = parsed.error.issues.map(({ path: [name], message }) => `${String(name)} ${message}`);
  throw new Error(`limpet cannot start: ${reasons.join('; ')}.`);
}

/** `NAME=` in a shell means the same as no NAME. */
function nonEmpty(environment: Record<string, string | undefined>): Record<string, string> {
  const pairs = Object.entries(environment).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return Object.fromEntries(pairs);
}

/** The process's own environment; the only place of the command line that looks at it. */
export function processEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}
