/** Postgres from workerd: Neon's driver, one HTTP request a statement. */
import { neon, neonConfig } from '@neondatabase/serverless';
import type { Query } from '../sql/contract.ts';
import { toBytea } from './bytes.ts';
import { asQueryError, parserFor } from './query.ts';

/** A statement that takes longer than this is given up. */
const statementMs = 12_000;

/**
 * A `Query` over Neon's HTTP protocol. `fetchEndpoint` replaces the address that is derived from the connection string, for
 * tests against a local proxy. Throws Postgres' errors with their SQLSTATE, `DatabaseUnavailable` for all others.
 */
export function neonQuery(connectionString: string, fetchEndpoint?: string): Query {
  if (fetchEndpoint !== undefined) neonConfig.fetchEndpoint = fetchEndpoint;
  const sql = neon(connectionString);
  const types = { getTypeParser: parserFor };
  return async (text, values) => {
    try {
      const fetchOptions = { signal: AbortSignal.timeout(statementMs) };
      return await sql.query(text, values.map(asText), { types, fetchOptions });
    } catch (error) {
      throw asQueryError(error);
    }
  };
}

/** Over HTTP all is text. */
function asText(value: unknown): unknown {
  return value instanceof Uint8Array ? toBytea(value) : value;
}
