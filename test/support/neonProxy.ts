/**
 * Speaks Neon's HTTP protocol in front of any Postgres, so that the edge's real driver can be tested without Neon.
 * One statement a request, or several as one transaction. Not shown by it: Neon's limits, its latency, and that its
 * pooler keeps no session state.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import pg from 'pg';

type Statement = { query: string; params: unknown[] };
type Body = Statement | { queries: Statement[] };

export type NeonProxy = {
  /** For `neonConfig.fetchEndpoint`. */
  endpoint: string;
  stop(): Promise<void>;
};

/** Listens on a free loopback port. The connection string comes with each request, as the driver sends it. */
export async function startNeonProxy(): Promise<NeonProxy> {
  const pools = new Map<string, pg.Pool>();
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request, pools);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await Promise.all([...pools.values()].map((pool) => pool.end()));
  };
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sql`, stop };
}

async function answer(request: IncomingMessage, pools: Map<string, pg.Pool>) {
  try {
    const body = (await json(request)) as Body;
    const client = await poolFor(String(request.headers['neon-connection-string']), pools).connect();
    try {
      return { status: 200, body: 'queries' in body ? await batch(client, body.queries) : await run(client, body) };
    } finally {
      client.release();
    }
  } catch (error) {
    const { message, ...fields } = error as pg.DatabaseError;
    return { status: 400, body: { ...fields, message } };
  }
}

function poolFor(connectionString: string, pools: Map<string, pg.Pool>): pg.Pool {
  const existing = pools.get(connectionString);
  if (existing) return existing;
  const pool = new pg.Pool({ connectionString });
  pool.on('error', () => {}); // the database was dropped under an idle connection: the next request says so
  pool.on('connect', (client) => client.on('error', () => {})); // the same under one in use: its query rejects as well
  pools.set(connectionString, pool);
  return pool;
}

async function batch(client: pg.PoolClient, queries: Statement[]) {
  await client.query('begin');
  try {
    const results = [];
    for (const statement of queries) results.push(await run(client, statement));
    await client.query('commit');
    return { results };
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

async function run(client: pg.PoolClient, { query, params }: Statement) {
  const result = await client.query({
    text: query,
    values: params,
    rowMode: 'array',
    // Refuses several statements in one text even when there are no parameters, as Neon does.
    queryMode: 'extended',
    types: { getTypeParser: () => (text: unknown) => text },
  } as pg.QueryArrayConfig);
  const { command, rowCount, rows, fields } = result;
  return { command, rowCount, rows, fields, rowAsArray: true };
}
