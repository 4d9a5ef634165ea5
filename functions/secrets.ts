/** Secrets of a session: taken, sealed, and never given back. */
import { z } from '@hono/zod-openapi';
import { limits, type SealKeys, seal, secretsPlace } from '../sql/contract.ts';
import { exceedsBytes, toBase64, utf8 } from './bytes.ts';
import { aboveLimit } from './limitText.ts';
import { Problem } from './problem.ts';

/** What decides which programs run is no secret, and would be a way around a key's list of executables. */
const deciding = /^(PATH|ENV|IFS|SHELL|SHELLOPTS|PROMPT_COMMAND|PS[0-4]|BASH.*|LD_.*|LIMPET_.*)$/;

const Secret = z
  .string()
  .max(limits.secretLengthMax, { error: aboveLimit('secretLengthMax', 'characters') })
  .min(limits.secretLengthMin, {
    error: `Must have at least ${limits.secretLengthMin} characters, or it could not be told apart in output`,
  });

/** `secrets` of a new session. */
export const Secrets = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'Must be a name that a shell variable can have' })
      .refine((name) => !deciding.test(name), { error: 'This variable decides what runs, and is no secret' }),
    Secret,
  )
  .refine((secrets) => !exceedsBytes(Object.entries(secrets).flat().join(''), limits.secretsBytesMax), {
    error: aboveLimit('secretsBytesMax', 'bytes'),
    params: { problem: 'too_large' },
  })
  .openapi({ description: 'Variables of its shells that are never returned: sealed at rest, redacted in output' });

/** They as SQL takes them: base64 of what only a holder of a key can open. Throws `no_encryption` where there is no key. */
export async function sealedSecrets(
  keys: SealKeys | undefined,
  session: string,
  secrets: Record<string, string> | undefined,
): Promise<string | undefined> {
  if (secrets === undefined || Object.keys(secrets).length === 0) return undefined;
  if (keys === undefined) {
    const hint = 'Its operator sets LIMPET_ENCRYPTION_KEYS, for the edge and the hosts; see docs/secrets.md.';
    throw new Problem('no_encryption', 'This limpet has no encryption key, so it takes no secrets.', { hint });
  }
  return toBase64(await seal(keys, utf8(JSON.stringify(secrets)), secretsPlace(session)));
}
