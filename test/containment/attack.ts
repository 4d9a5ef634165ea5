/** What an attack is: what it tries, where that is refused, and how one sees that it was. */
import type { Shell } from '../behaviour/shell.ts';
import type { HostProcess } from '../support/host.ts';

/** The columns of the table in SECURITY.md. */
export const places = {
  none: 'none',
  account: 'account',
  bubblewrap: 'bubblewrap',
  user: 'bubblewrap, where limpet is not root',
} as const;
export type Place = keyof typeof places;

/** Where an attack takes place. */
export interface Scene {
  place: Place;
  /** A fresh session, which is closed afterwards. */
  attacker: Shell;
  /** A session that goes on all the time. */
  victim: Shell;
  host: HostProcess;
  databaseUrl: string;
  edgeUrl: string;
  /** Opens another session for the attacker. */
  open(options?: object): Promise<Shell>;
}

export interface Attack {
  /** The row of the table, after "A command …". */
  threat: string;
  /** Where it is promised to fail, and tested. */
  refused: Place[];
  /** Tries it, and expects to be refused. */
  run(scene: Scene): Promise<void>;
}
