/** The database of one simulation: migrated, with short leases, an observer, and perhaps a rule removed. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { adminCalls } from '../../sql/admin.ts';
import type { Query } from '../../sql/contract.ts';
import { untilAnswered } from '../../worker/database.ts';
import { createDatabase, dropDatabase } from '../support/databases.ts';
import { withDatabase } from '../support/url.ts';
import { type RuleName, removeRule } from './rules.ts';

/** All of a host's times, a sixteenth of the real ones: the order between them is what matters. */
export const times = { lease_ms: 625, fence_after_ms: 2_800, hint_ms: 125 };

export interface SimulationDatabase {
  url: string;
  /** As the owner of the tables, for looking: repeated until it is answered. */
  query: Query;
  /** SHA-256 of an admin key. */
  credential: Buffer;
  /** From now on so many percent of the hints are lost. */
  loseHints(percent: number): Promise<void>;
  /** A hint that nobody needs. */
  hint(session: string): Promise<void>;
  /** Ends these server processes, as an administrator or a network may. */
  endBackends(pids: number[]): Promise<void>;
  drop(): Promise<void>;
}

/** A copy of the migrated database `template`. */
export async function createSimulationDatabase(
  clusterUrl: string,
  template: string,
  without: RuleName | null,
): Promise<SimulationDatabase> {
  const name = `${template}_${randomBytes(4).toString('hex')}`;
  await createDatabase(clusterUrl, name, template);
  const url = withDatabase(clusterUrl, name);
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => {}); // a restart of Postgres ends idle connections
  pool.on('connect', (client) => client.on('error', () => {}));
  const query: Query = async (text, values) =>
    (
      await untilAnswered(
        () => pool.query(text, [...values]),
        () => {},
      )
    ).rows;
  await pool.query(await readFile(new URL('observer.sql', import.meta.url), 'utf8'));
  for (const [limit, value] of Object.entries(times)) {
    await query('update limpet.settings set value = $2 where name = $1', [`limit.${limit}`, String(value)]);
  }
  if (without !== null) await removeRule(without, (text) => pool.query(text));
  const credential = randomBytes(32);
  await adminCalls(query).bootstrapKey(randomUUID(), 'simulation', credential);
  const drop = async () => {
    await pool.end();
    await dropDatabase(clusterUrl, name);
  };
  return { url, query, credential, drop, ...troubles(query) };
}

/** What may befall Postgres' clients. */
function troubles(query: Query) {
  return {
    loseHints: async (percent: number) => {
      await query('update simulation.hints set lost_percent = $1', [percent]);
    },
    hint: async (session: string) => {
      const hint = 'limpet.hint(s.id, s.pool, s.host_incarnation, gen_random_uuid()::text, true)';
      await query(`select ${hint} from limpet.sessions s where s.id = $1`, [session]);
    },
    endBackends: async (pids: number[]) => {
      await query('select pg_terminate_backend(pid) from unnest($1::integer[]) as pid', [pids]);
    },
  };
}
