/** A host's pools: one for its own calls, one for its beats alone, one that graphile-worker holds its runners' connections from. */
import type { Pool } from 'pg';
import type { Log, Query } from '../sql/contract.ts';
import { type HostCalls, hostCalls, Nearby } from '../sql/host.ts';
import { type Database, type DatabaseOptions, openDatabase, requireDirectConnection } from './database.ts';
import { Listening, listenBy } from './listening.ts';

/** Each of the two runners works with one; the rest serves bursts. */
const jobConnectionsMax = 4;

/** All that a host asks of Postgres goes by one of these. */
export interface Connections {
  calls: HostCalls;
  jobs: Pool;
  /** Calls on a connection of their own, each given up after `statementMs`: a beat never waits behind output. */
  beats(statementMs: number): Pick<HostCalls, 'heartbeat'>;
  close(): Promise<void>;
}

/** Connects. Rejects where Postgres does not answer, or answers through a pooler that carries no notifications. */
export async function connect(connectionString: string, log: Log): Promise<Connections> {
  const open: Database[] = [];
  const database = (options?: DatabaseOptions) => {
    const opened = openDatabase(connectionString, log, options);
    open.push(opened);
    return opened;
  };
  const [own, jobs] = [database(), database({ max: jobConnectionsMax, isDurable: false })];
  const close = async () => {
    await Promise.all(open.map(({ pool }) => pool.end()));
  };
  try {
    await requireDirectConnection(own.pool);
  } catch (error) {
    await close();
    throw error;
  }
  const beats = (statementMs: number) => hostCalls(database({ max: 1, statementMs }).query);
  return { ...wire(own, jobs.pool), beats, close };
}

/** The calls and the jobs over these pools: both share the connection that listens. `through`: what all calls go through. */
export function wire(
  own: Database,
  jobs: Pool,
  through = (query: Query) => query,
): Pick<Connections, 'calls' | 'jobs'> {
  const nearby = new Nearby();
  return { calls: hostCalls(through(nearby.over(own.query))), jobs: listenBy(new Listening(own.pool, nearby), jobs) };
}
