/** All that a simulated host has of Postgres. */
import type { Log, Query } from '../../sql/contract.ts';
import { hostCalls, isPassing } from '../../sql/host.ts';
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

/** The same; `renewed` hears when what renewed the lease was sent, as the host counts: a frozen one has the answer much later. */
export function tellingRenewals(connections: Connections, renewed: (sentAt: number) => void): Connections {
  const { calls, beats } = connections;
  let registeringSince: number | undefined;
  const registerHost: typeof calls.registerHost = async (...given) => {
    registeringSince ??= performance.now();
    try {
      const answer = await calls.registerHost(...given);
      renewed(registeringSince);
      return answer;
    } catch (error) {
      // What passes is tried again: an earlier try may have been carried out.
      if (!isPassing(error)) registeringSince = undefined;
      throw error;
    }
  };
  const telling = (own: ReturnType<typeof beats>): typeof own => ({
    heartbeat: async (...given) => {
      const sentAt = performance.now();
      const answer = await own.heartbeat(...given);
      if (answer.state !== 'dead') renewed(sentAt);
      return answer;
    },
  });
  return { ...connections, calls: { ...calls, registerHost }, beats: (statementMs) => telling(beats(statementMs)) };
}
