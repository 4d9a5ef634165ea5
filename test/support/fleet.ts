/**
 * Several hosts as processes, an edge and a Postgres of their own: for tests that break some of it and look at what the
 * rest makes of that. Leases are shortened, so that a test need not wait for the real ones.
 */
import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { pgQuery } from '../../cli/edge/connection.ts';
import { serveEdge } from '../../cli/edge/serve.ts';
import { adminCalls } from '../../sql/admin.ts';
import type { Query } from '../../sql/contract.ts';
import type { Api } from '../functions/api/fixture.ts';
import { type HostOptions, type HostProcess, startHostProcess } from './host.ts';
import { silent } from './log.ts';
import { type OwnPostgres, startOwnPostgres } from './postgres.ts';

/** Of what a fleet lives by, the limits that are shortened: by name, in ms. */
export const shortLeases = { lease_ms: 2_000, fence_after_ms: 6_000, hint_ms: 500 };
/** The grace must fit between the companion's deadline and the burial. */
export const shortGrace = { LIMPET_GRACE_MS: '500' };

export interface Fleet {
  postgres: OwnPostgres;
  api: Api;
  /** As the tables' owner: for what no API tells. */
  query: Query;
  /** Starts a host, which is ended with the test, whatever it does. */
  host(name?: string, options?: HostOptions): Promise<HostProcess>;
  stop(): Promise<void>;
}

/** Starts Postgres and the edge; hosts are the test's to start. */
export async function startFleet(limits: Record<string, number> = shortLeases): Promise<Fleet> {
  const postgres = await startOwnPostgres();
  const pool = new pg.Pool({ connectionString: postgres.url, max: 4 });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const query = pgQuery(pool);
  const adminKey = randomUUID();
  await adminCalls(query).bootstrapKey(randomUUID(), 'admin', createHash('sha256').update(adminKey).digest());
  await shorten(query, limits);
  const edge = await serveEdge({ connectionString: postgres.url, host: '127.0.0.1', port: 0, log: silent });
  const api = { url: edge.url, key: adminKey, readKey: '', otherKey: '', adminKey, logged: undefined };
  return {
    postgres,
    api,
    query,
    host: async (name = randomUUID(), options = {}) => {
      const host = await startHostProcess(postgres.url, name, { ...options, env: { ...shortGrace, ...options.env } });
      onTestFinished(host.remove);
      return host;
    },
    stop: async () => {
      await edge.close();
      await pool.end();
      await postgres.remove();
    },
  };
}

/** Sets limits that the database enforces. */
export async function shorten(query: Query, limits: Record<string, number>): Promise<void> {
  for (const [name, value] of Object.entries(limits)) {
    await query('update limpet.settings set value = $2 where name = $1', [`limit.${name}`, String(value)]);
  }
}
