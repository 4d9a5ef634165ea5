/** All that a simulated host has of Postgres. */
import type { Log } from '../../sql/contract.ts';
import { hostCalls } from '../../sql/host.ts';
import type { Connections } from '../../worker/connections.ts';
import type { DatabaseOptions } from '../../worker/database.ts';
import { type Failures, failing, type HostPool, openHostPool } from './connection.ts';
import type { Gate } from './gate.ts';
import type { World } from './world.ts';

const jobConnectionsMax = 6;

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
  const calls = (options: DatabaseOptions) => hostCalls(failing(open(options).query, failures, gate, world));
  const connections = {
    calls: calls({}),
    jobs: open({ max: jobConnectionsMax, isDurable: false }).pool,
    beats: (statementMs: number) => calls({ max: 1, statementMs }),
    close: async () => {
      await Promise.all(pools.map(({ pool }) => pool.end()));
    },
  };
  return { connections, pools };
}
