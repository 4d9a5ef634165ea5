/** The edge on Node: the same app as in workerd, with pg and one listening connection. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { ShelldSettings } from '../../functions/edge.ts';
import type { Rule } from '../../functions/redaction/rules.ts';
import { rulesOf } from '../../functions/redaction/settings.ts';
import { type Shard, sharded } from '../../functions/shards.ts';
import { type Log, type SealKeys, version } from '../../sql/contract.ts';
import type { Settings } from '../env.ts';
import { readAssets } from './assets.ts';
import { processMetrics } from './processMetrics.ts';
import { watchQuiet } from './quiet.ts';
import { reach } from './reached.ts';

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

/** What an edge on Node is started with. */
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
  /** What is masked in what is shown. */
  redact?: readonly Rule[];
  /** How the surface of shelld behaves, where it is not as usual. */
  shelld?: Partial<ShelldSettings> | undefined;
  /** Others than the usual ones, for tests. */
  limits?: Partial<typeof serverLimits>;
  /** How long a statement may take, where it is not as usual. */
  statementMs?: number;
  /** The name of this database, which keys that are made here carry. */
  shard?: string | undefined;
  /** Further databases by name: whatever names one is answered from it (functions/shards.ts). */
  shards?: Record<string, string> | undefined;
}

/** How an edge that serves is watched and closed. */
export interface ServedEdge {
  url: string;
  /** How long nobody has asked for anything, in ms; 0 while a request is open. */
  quietMs(): number;
  /** Takes no connection from now on; what is being answered goes on. */
  refuse(): void;
  /** Answers who waits, ends every connection, within about a second. */
  close(): Promise<void>;
}

/** What the command line's settings say of it. */
export function edgeSettings(settings: Settings) {
  return {
    host: settings.LIMPET_LISTEN,
    port: settings.PORT,
    sealKeys: settings.LIMPET_ENCRYPTION_KEYS,
    encrypt: settings.LIMPET_ENCRYPT,
    redact: rulesOf(settings),
    shard: settings.LIMPET_SHARD,
    shards: settings.LIMPET_SHARDS,
  };
}

/** Serves the API and the page. Throws where the address is taken; a database that does not answer yet is no error. */
export async function serveEdge({
  connectionString,
  host,
  port,
  log,
  sealKeys,
  encrypt,
  redact,
  shelld,
  limits,
  statementMs,
  shard,
  shards = {},
}: ServeEdgeOptions): Promise<ServedEdge> {
  const assets = await readAssets();
  const closing = new AbortController();
  const given = { log, settings: { version, shelld }, assets, sealKeys, encrypt, redact, statementMs };
  const common = { ...given, processMetrics, closing: closing.signal };
  const first = reach(connectionString, shard, common);
  const further = Object.entries(shards).map(([name, url]) => reach(url, name, common));
  const answer = sharded([first.shard, ...further.map((one) => one.shard)]);
  const server = createServer(answer, { ...serverLimits, ...limits });
  const release = () => Promise.all([first, ...further].map((one) => one.close()));
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

function createServer(fetch: Shard['fetch'], serverOptions: typeof serverLimits): Server {
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
