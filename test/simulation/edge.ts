/** The edge's connection, as its role, failing as armed. */
import pg from 'pg';
import type { Query } from '../../sql/contract.ts';
import { edgeCalls } from '../../sql/edge.ts';
import { Failures, failing } from './connection.ts';
import { Gate } from './gate.ts';
import type { World } from './world.ts';

const connectionsMax = 8;

export function openEdge(connectionString: string, world: World) {
  const pool = new pg.Pool({
    connectionString,
    max: connectionsMax,
    onConnect: async (client) => void (await client.query('set role limpet_edge')),
  });
  const broken = () => world.note('edge', 'connection_lost', {});
  pool.on('error', broken).on('connect', (client) => client.on('error', broken));
  const query: Query = async (text, values) => (await pool.query(text, [...values])).rows;
  const failures = new Failures();
  return { calls: edgeCalls(failing(query, failures, new Gate(), world), true), failures, close: () => pool.end() };
}

export type Edge = ReturnType<typeof openEdge>;
