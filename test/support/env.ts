/** The environment that the test run reads, in one place. */
import { z } from 'zod';

const Environment = z.object({
  /** A Postgres to test against, by a role that may create databases and roles. Unset: an embedded one is started. */
  LIMPET_TEST_DATABASE_URL: z.url().optional(),
  /** The directory of an installed Postgres's programs (`initdb`, `postgres`), to be used instead of the carried one's. */
  LIMPET_TEST_POSTGRES: z.string().optional(),
  /** The profile of shells in tests that are about something else. */
  LIMPET_TEST_SANDBOX: z.enum(['none', 'account', 'bubblewrap']).default(process.getuid?.() === 0 ? 'account' : 'none'),
  /** How much of what shells are tested by is tried with one that is held elsewhere, too. */
  LIMPET_TEST_HELD: z.enum(['some', 'all']).default('some'),
  /** A shelld to compare with, byte for byte: the path of its program. Unset: nothing is compared. */
  SHELLD: z.string().optional(),
  /** Repeats the random tests of the run that printed it. */
  LIMPET_FUZZ_SEED: z.coerce.number().int().min(0).optional(),
  /** How many times as many random runs as usual. */
  LIMPET_FUZZ_TIMES: z.coerce.number().int().min(1).optional(),
});

/** Throws an error that names the variable when one is malformed. */
export function testEnvironment(): Readonly<z.infer<typeof Environment>> {
  return Object.freeze(Environment.parse(process.env));
}
