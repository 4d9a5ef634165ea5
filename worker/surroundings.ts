/** What a host reaches outside itself. It is handed these, so that it can be started among others. */
import { startCompanion } from './companion.ts';
import { connect } from './connections.ts';
import { endTrees, findShells, openShell, prepareShell } from './shell/index.ts';

/** Postgres, the shells, and the process that watches over them. */
export interface Surroundings {
  connect: typeof connect;
  openShell: typeof openShell;
  prepareShell: typeof prepareShell;
  /** Ends every process of these shells, whoever started them. */
  endTrees: typeof endTrees;
  /** The ids of all shells that have a process on this machine. */
  findShells: typeof findShells;
  startCompanion: typeof startCompanion;
}

/** Those of a host that serves. */
export const surroundings: Surroundings = { connect, openShell, prepareShell, endTrees, findShells, startCompanion };
