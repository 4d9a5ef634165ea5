/** What a host reaches outside itself. It is handed these, so that it can be started among others. */
import { startCompanion } from './companion.ts';
import { connect } from './connections.ts';
import { openShell } from './shell/index.ts';

/** Postgres, the shells, and the process that watches over them. */
export interface Surroundings {
  connect: typeof connect;
  openShell: typeof openShell;
  startCompanion: typeof startCompanion;
}

/** Those of a host that serves. */
export const surroundings: Surroundings = { connect, openShell, startCompanion };
