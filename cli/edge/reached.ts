/** One database as the edge on Node reaches it: a pool, a listening connection, and the app over them. */
import pg from 'pg';
import { createApp } from '../../functions/app.ts';
import type { EdgeDependencies } from '../../functions/edge.ts';
import type { Shard } from '../../functions/shards.ts';
import { Nearby } from '../../sql/nearby.ts';
import { connectionSettings, pgQuery } from './connection.ts';
import { listenToEnds } from './listen.ts';

/** Few: a call is short, the first one on a connection is dear, and Postgres has two cores to give, not twenty. */
const connectionsToPostgres = 4;

/** What the apps of all databases have in common. */
interface Common extends Omit<EdgeDependencies, 'query' | 'waits'> {
  /** How long a statement may take, where it is not as usual. */
  statementMs: number | undefined;
}

/** Opens what is needed; nothing is asked yet. `name` is that of a shard (functions/shards.ts). */
export function reach(
  connectionString: string,
  name: string | undefined,
  { statementMs, settings, ...common }: Common,
) {
  const pool = new pg.Pool({
    ...connectionSettings(connectionString, 'limpet edge', statementMs),
    max: connectionsToPostgres,
  });
  const lost = (error: Error) => common.log('warn', 'database_connection_lost', { error: error.message });
  pool.on('error', lost);
  // A client in use reports its broken connection itself; the query rejects as well.
  pool.on('connect', (client) => client.on('error', lost));
  const nearby = new Nearby();
  const waits = listenToEnds(connectionString, common.log, { nearby, statementMs });
  const app = createApp({
    ...common,
    settings: { ...settings, shard: name },
    query: nearby.over(pgQuery(pool)),
    gathers: true,
    waits,
  });
  const shard: Shard = { name, fetch: (request) => app.fetch(request) };
  return { shard, close: () => Promise.all([waits.close(), pool.end()]) };
}
