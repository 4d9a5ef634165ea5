/** What every way to the database has in common: its errors, the types of its values, and when a call is repeated. */
import type { Query } from '../sql/contract.ts';
import { isPassing, sqlStateOf } from '../sql/edge.ts';
import { fromBytea } from './bytes.ts';

/** No answer came from the database: it may or may not have done what was asked. */
export class DatabaseUnavailable extends Error {
  override readonly name: string = 'DatabaseUnavailable';

  constructor(cause: unknown) {
    super('the database does not answer', { cause });
  }
}

/** The database answers, and is not what this version of limpet works with: nobody migrated it, or it refuses our role. */
export class DatabaseNotReady extends DatabaseUnavailable {
  override readonly name = 'DatabaseNotReady';
}

/** What Postgres says of a statement that it refused. */
interface SqlError extends Error {
  code: string;
  detail: string;
  hint?: string;
  /** After how many seconds trying again makes sense (sql/internal/fail.sql); empty where that is not known. */
  column?: string;
}

/** True for an error of Postgres' own, which carries a SQLSTATE. */
export function isSqlError(error: unknown): error is SqlError {
  return error instanceof Error && sqlStateOf(error) !== undefined;
}

/** No such database, no way in, no schema, no right to it; and, where they speak of our own API, no function or role. */
const notReady = /^(3D000|28...|3F000)$/;
const notReadyIfOurs = /^(42883|42501|22023|42704)$/;

/** An error of a driver as ours: Postgres' refusals as they are, everything else as `DatabaseUnavailable`. */
export function asQueryError(error: unknown): unknown {
  if (!isSqlError(error) || isPassing(error)) return new DatabaseUnavailable(error);
  const isOurs = error.message.includes('limpet_edge');
  if (notReady.test(error.code) || (isOurs && notReadyIfOurs.test(error.code))) return new DatabaseNotReady(error);
  return error;
}

/** A call that took longer than this to fail is not repeated: its caller has waited enough. */
const repeatedMsMax = 1_000;

/**
 * The same query, tried once more when no answer came. For reads, and for changes that carry an id made by the edge: those
 * are recognised when they come again.
 */
export function retrying(query: Query, now: () => number = () => performance.now()): Query {
  return async (text, values) => {
    const startedAt = now();
    try {
      return await query(text, values);
    } catch (error) {
      const isPassing = error instanceof DatabaseUnavailable && !(error instanceof DatabaseNotReady);
      if (!isPassing || now() - startedAt > repeatedMsMax) throw error;
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
