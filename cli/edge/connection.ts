/** How the edge on Node reaches Postgres: as limpet_edge, which may call sql/edge and touch no table. */
import type pg from 'pg';
import { asQueryError, parserFor } from '../../functions/query.ts';
import { statementName } from '../../sql/call.ts';
import type { Query } from '../../sql/contract.ts';

const role = 'limpet_edge';
const connectMs = 5_000;
/** No call of the edge takes long; one that does would hold one of few connections. */
const statementMs = 10_000;
/** Beyond it, until a connection that gives no answer at all is taken for broken. */
const answerMarginMs = 2_000;

/**
 * The settings of every connection of the edge; `limitMs` is how long a statement may take. The role is part of the start-up, so that no statement ever runs with the
 * rights of the connection string's own user.
 */
export function connectionSettings(connectionString: string, name: string, limitMs = statementMs): pg.ClientConfig {
  return {
    connectionString: withOptions(connectionString, `-c role=${role}`),
    application_name: name,
    connectionTimeoutMillis: Math.min(connectMs, limitMs),
    statement_timeout: limitMs,
    query_timeout: limitMs + Math.min(answerMarginMs, limitMs),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: parser as never },
  };
}

/** The connection string with more start-up options, after those it has. */
export function withOptions(connectionString: string, options: string): string {
  const given = /([?&]options=)([^&]*)/.exec(connectionString);
  if (given) return connectionString.replace(given[0], `${given[0]}${encodeURIComponent(` ${options}`)}`);
  return `${connectionString}${connectionString.includes('?') ? '&' : '?'}options=${encodeURIComponent(options)}`;
}

/** A pg connection or pool as a `Query`. Each text is prepared once a connection. */
export function pgQuery(client: Pick<pg.Pool, 'query'>): Query {
  return async (text, values) => {
    try {
      const statement = { name: statementName(text), text, values: [...values] };
      const { rows } = await client.query<Record<string, unknown>>(statement);
      return rows;
    } catch (error) {
      throw asQueryError(error);
    }
  };
}

/** pg's own decoder of bytes is native, so it replaces the portable one. */
function parser(oid: number, format?: string): (value: string) => unknown {
  if (oid === 17 && format !== 'binary') return (hex) => Buffer.from(hex.slice(2), 'hex');
  return parserFor(oid);
}
