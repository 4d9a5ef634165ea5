/** Several hosts as processes, an edge and a Postgres of their own, for whoever breaks some of it. */
import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { pgQuery } from '../../cli/edge/connection.ts';
import { serveEdge } from '../../cli/edge/serve.ts';
import { adminCalls } from '../../sql/admin.ts';
import type { Query } from '../../sql/contract.ts';
import type { Api } from '../functions/api/fixture.ts';
import { type HostOptions, type HostProcess, startHostProcess } from './host.ts';
import { silent } from './log.ts';
import { type OwnPostgres, startOwnPostgres } from './postgres.ts';

export interface Fleet {
  postgres: OwnPostgres;
  api: Api;
  /** As the tables' owner: for what no API tells. */
  query: Query;
  /** Starts a host, which is ended with the fleet, whatever it does. */
  host(name?: string, options?: HostOptions): Promise<HostProcess>;
  stop(): Promise<void>;
}

export interface FleetOptions {
  /** Limits that the database enforces, where they are not as usual: by name. */
  limits?: Record<string, number>;
  /** Told of each host that was started. */
  onHost?: (host: HostProcess) => void;
  /** Of a host's environment, what they all have. */
  env?: Record<string, string>;
  postgres?: Parameters<typeof startOwnPostgres>[0];
}

/** Starts Postgres and the edge; hosts are the caller's to start. */
export async function openFleet({ limits = {}, onHost, env, postgres: given }: FleetOptions): Promise<Fleet> {
  const postgres = await startOwnPostgres(given);
  const pool = openOwnerPool(postgres.url);
  const query = pgQuery(pool);
  const adminKey = randomUUID();
  await adminCalls(query).bootstrapKey(randomUUID(), 'admin', createHash('sha256').update(adminKey).digest());
  await shorten(query, limits);
  const edge = await serveEdge({ connectionString: postgres.url, host: '127.0.0.1', port: 0, log: silent });
  const api = { url: edge.url, key: adminKey, readKey: '', otherKey: '', adminKey, logged: undefined };
  const hosts = new Set<HostProcess>();
  return {
    postgres,
    api,
    query,
    host: async (name = randomUUID(), options = {}) => {
      const host = await startHostProcess(postgres.url, name, { ...options, env: { ...env, ...options.env } });
      hosts.add(host);
      onHost?.(host);
      return host;
    },
    stop: async () => {
      await Promise.all([...hosts].map((host) => host.remove()));
      await edge.close();
      await pool.end();
      await postgres.remove();
    },
  };
}

function openOwnerPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 4 });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Sets limits that the database enforces. */
export async function shorten(query: Query, limits: Record<string, number>): Promise<void> {
  for (const [name, value] of Object.entries(limits)) {
    await query('update limpet.settings set value = $2 where name = $1', [`limit.${name}`, String(value)]);
  }
}
