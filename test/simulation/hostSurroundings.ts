/** What a simulated host has around it: connections that break, scripted shells, a companion in this process. */
import type { Log } from '../../sql/contract.ts';
import type { Surroundings } from '../../worker/surroundings.ts';
import type { SimulatedCompanion } from './companion.ts';
import type { Failures } from './connection.ts';
import type { Gate } from './gate.ts';
import { openConnections, tellingRenewals } from './hostConnections.ts';
import type { SimulatedHost } from './hosts.ts';
import { ScriptedShell } from './shell.ts';
import type { World } from './world.ts';

interface Simulated {
  world: World;
  gate: Gate;
  failures: Failures;
  companion: SimulatedCompanion;
  withoutCompanion: boolean;
  log: Log;
}

/** Makes them; what the host comes to know by them is set on it. */
export function surroundingsOf(host: SimulatedHost, simulated: Simulated): Surroundings {
  const { world, gate, failures, companion, withoutCompanion } = simulated;
  return {
    connect: async (connectionString) => {
      const opened = openConnections(connectionString, simulated.log, gate, failures, world);
      host.pools = opened.pools;
      return tellingRenewals(opened.connections, (sentAt) => {
        companion.renewedAt = sentAt;
      });
    },
    openShell: async (options) => {
      await gate.pass();
      if (host.shellRefusals-- > 0) throw new Error('simulated: no shell could be started');
      host.shellRefusals = Math.max(0, host.shellRefusals);
      return new ScriptedShell(world, gate, host.incarnation, options);
    },
    prepareShell: () => Promise.reject(new Error('simulated: no shell is kept ready')),
    endTrees: async (shells) => {
      await gate.pass();
      if (withoutCompanion) return;
      world.endShells(shells.map((shell) => (typeof shell === 'string' ? shell : shell.id)));
    },
    findShells: () => [...world.shells].map(({ id }) => id),
    startCompanion: (settings, log, onLost) => {
      host.incarnation = settings.incarnation;
      return companion.start(settings, log, onLost);
    },
  };
}
