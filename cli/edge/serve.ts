/** The edge on Node: the same app as in workerd, with pg and one listening connection. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import pg from 'pg';
import { createApp } from '../../functions/app.ts';
import type { EdgeApp, ShelldSettings } from '../../functions/edge.ts';
import { version } from '../../functions/version.ts';
import type { Log, SealKeys } from '../../sql/contract.ts';
import { readAssets } from './assets.ts';
import { connectionSettings, pgQuery } from './connection.ts';
import { listenToEnds } from './listen.ts';
import { processMetrics } from './processMetrics.ts';
import { watchQuiet } from './quiet.ts';

/** Few: a call is short, the first one on a connection is dear, and Postgres has two cores to give, not twenty. */
const connectionsToPostgres = 4;
/** How long open answers may take once the edge is to end. */
const closeMs = 1_000;

/** Limits of the server itself. A slow sender is cut off; a waiting caller is not, as its request has been read. */
const serverLimits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
};
const connectionsMax = 4_096;
const headersMax = 100;

export interface ServeEdgeOptions {
  /** Direct, not through a transaction pooler: the edge listens. Its user must be a member of limpet_edge. */
  connectionString: string;
  host: string;
  /** 0 takes a free one. */
  port: number;
  log: Log;
  /** What secrets are sealed with. */
  sealKeys?: SealKeys | undefined;
  /** Whether input is stored sealed. */
  encrypt?: boolean;
  /** How the surface of shelld behaves, where it is not as usual. */
  shelld?: Partial<ShelldSettings> | undefined;
  /** Others than the usual ones, for tests. */
  limits?: Partial<typeof serverLimits>;
  /** How long a statement may take, where it is not as usual. */
  statementMs?: number;
}

export interface ServedEdge {
  url: string;
  /** How long nobody has asked for anything, in ms; 0 while a request is open. */
  quietMs(): number;
  /** Takes no connection from now on; what is being answered goes on. */
  refuse(): void;
  /** Answers who waits, ends every connection, within about a second. */
  close(): Promise<void>;
}

/** Serves the API and the page. Throws where the address is taken; a database that does not answer yet is no error. */
export async function serveEdge({
  connectionString,
  host,
  port,
  log,
  sealKeys,
  encrypt,
  shelld,
  limits,
  statementMs,
}: ServeEdgeOptions): Promise<ServedEdge> {
  const assets = await readAssets();
  const pool = openPool(connectionString, statementMs, log);
  const waits = listenToEnds(connectionString, log);
  const closing = new AbortController();
  const settings = { version, shelld };
  const query = pgQuery(pool);
  const reached = { query, waits, log, settings, assets, sealKeys, encrypt };
  const app = createApp({ ...reached, processMetrics, closing: closing.signal });
  const server = createServer(app.fetch, { ...serverLimits, ...limits });
  const release = () => Promise.all([waits.close(), pool.end()]);
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    await release();
    throw error;
  }
  const close = async () => {
    closing.abort();
    await closeServer(server);
    await release();
  };
  const refuse = () => {
    server.close();
    server.closeIdleConnections();
  };
  return { url: addressOf(server, host), quietMs: watchQuiet(server), refuse, close };
}

function openPool(connectionString: string, statementMs: number | undefined, log: Log): pg.Pool {
  const connecting = connectionSettings(connectionString, 'limpet edge', statementMs);
  const pool = new pg.Pool({ ...connecting, max: connectionsToPostgres });
  const lost = (error: Error) => log('warn', 'database_connection_lost', { error: error.message });
  pool.on('error', lost);
  // A client in use reports its broken connection itself; the query rejects as well.
  pool.on('connect', (client) => client.on('error', lost));
  return pool;
}

function createServer(fetch: EdgeApp['fetch'], serverOptions: typeof serverLimits): Server {
  const server = createAdaptorServer({ fetch, serverOptions }) as Server;
  server.maxConnections = connectionsMax;
  server.maxHeadersCount = headersMax;
  return server;
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), closeMs);
  await closed;
  clearTimeout(cut);
}

function addressOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
