/** What every way to the database has in common: its errors, the types of its values, and when a call is repeated. */
import type { Query } from '../sql/contract.ts';
import { fromBytea } from './bytes.ts';

/** No answer came from the database: it may or may not have done what was asked. */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super('the database does not answer', { cause });
    this.name = 'DatabaseUnavailable';
  }
}

/** What Postgres says of a statement that it refused. */
export interface SqlError extends Error {
  code: string;
  detail: string;
  hint?: string;
}

/** True for an error of Postgres' own, which carries a SQLSTATE. */
export function isSqlError(error: unknown): error is SqlError {
  return error instanceof Error && /^[0-9A-Z]{5}$/.test(String((error as Partial<SqlError>).code));
}

/** Classes 08 and 57P, too many connections, read-only while failing over, and conflicts that rolled back: try again. */
const passing = /^(08...|57P..|53...|25006|40001|40P01|57014)$/;

/** An error of a driver as ours: Postgres' refusals as they are, everything else as `DatabaseUnavailable`. */
export function asQueryError(error: unknown): unknown {
  return isSqlError(error) && !passing.test(error.code) ? error : new DatabaseUnavailable(error);
}

/**
 * The same query, tried once more when no answer came. For reads, and for changes that carry an id made by the edge: those
 * are recognised when they come again.
 */
export function retrying(query: Query): Query {
  return async (text, values) => {
    try {
      return await query(text, values);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      return await query(text, values);
    }
  };
}

const json = (text: string): unknown => JSON.parse(text);
const parsers = new Map<number, (text: string) => unknown>([
  [16, (text) => text === 't'],
  [17, fromBytea],
  [20, Number],
  [21, Number],
  [23, Number],
  [114, json],
  [3802, json],
]);

/** How `Query` reads a value of the type with this oid (boolean, bytea, integers, json); other types stay text. */
export function parserFor(oid: number): (text: string) => unknown {
  return parsers.get(oid) ?? String;
}
