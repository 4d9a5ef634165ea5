/** All that a simulated host has of Postgres. */
import type { Log, Query } from '../../sql/contract.ts';
import { hostCalls } from '../../sql/host.ts';
import { type Connections, wire } from '../../worker/connections.ts';
import type { DatabaseOptions } from '../../worker/database.ts';
import { type Failures, failing, type HostPool, openHostPool } from './connection.ts';
import type { Gate } from './gate.ts';
import type { World } from './world.ts';

const jobConnectionsMax = 4;

/** The same pools that a real host has; its calls fail as armed. `pools` grows when a host opens another. */
export function openConnections(
  connectionString: string,
  log: Log,
  gate: Gate,
  failures: Failures,
  world: World,
): { connections: Connections; pools: HostPool[] } {
  const pools: HostPool[] = [];
  const open = (options: DatabaseOptions) => {
    const opened = openHostPool(connectionString, log, gate, options);
    pools.push(opened);
    return opened;
  };
  const through = (query: Query) => failing(query, failures, gate, world);
  const [own, jobs] = [open({}), open({ max: jobConnectionsMax, isDurable: false })];
  const connections = {
    ...wire(own, jobs.pool, through),
    beats: (statementMs: number) => hostCalls(through(open({ max: 1, statementMs }).query)),
    close: async () => {
      await Promise.all(pools.map(({ pool }) => pool.end()));
    },
  };
  return { connections, pools };
}
