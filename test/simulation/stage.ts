/** All that a simulation's decisions act on. */
import type { Clients } from './clients.ts';
import type { SimulationDatabase } from './database.ts';
import type { Edge } from './edge.ts';
import type { Fleet } from './fleet.ts';
import type { Invariants } from './invariants.ts';
import type { World } from './world.ts';

export interface Stage {
  world: World;
  clients: Clients;
  fleet: Fleet;
  edge: Edge;
  database: SimulationDatabase;
  invariants: Invariants;
  restart: (mode: 'fast' | 'immediate') => Promise<void>;
  patienceMs: number;
}
