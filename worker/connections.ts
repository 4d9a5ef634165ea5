/** A host's two pools: one for its own calls, one that graphile-worker holds its runners' connections from. */
import type { Pool } from 'pg';
import type { Log } from '../sql/contract.ts';
import { type HostCalls, hostCalls } from '../sql/host.ts';
import { openDatabase, requireDirectConnection } from './database.ts';

/** Each of the two runners listens on one and works with one; the rest serves bursts. */
const jobConnectionsMax = 6;

export interface Connections {
  calls: HostCalls;
  jobs: Pool;
  close(): Promise<void>;
}

/** Connects. Rejects where Postgres does not answer, or answers through a pooler that carries no notifications. */
export async function connect(connectionString: string, log: Log): Promise<Connections> {
  const own = openDatabase(connectionString, log);
  const jobs = openDatabase(connectionString, log, jobConnectionsMax);
  const close = async () => {
    await Promise.all([own.pool.end(), jobs.pool.end()]);
  };
  try {
    await requireDirectConnection(own.pool);
  } catch (error) {
    await close();
    throw error;
  }
  return { calls: hostCalls(own.query), jobs: jobs.pool, close };
}
