/** A Postgres of the simulation's own, which it may restart. */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import pg from 'pg';
import { type Postgres, startPostgres } from '../../cli/postgres/index.ts';
import { migrate } from '../../sql/migrate.ts';
import { createDatabase } from '../support/databases.ts';
import { makeDirectory } from '../support/directory.ts';
import { silent } from '../support/log.ts';
import { withDatabase } from '../support/url.ts';

/** Its processes end, its machine never: what is written is kept without fsync. Commits stay synchronous. */
const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '200' };
export const template = 'simulation';

export interface OwnPostgres {
  url: string;
  /** `immediate`: as after a crash, the next start replays the log. */
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it, with a migrated template. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dataDir = await makeDirectory();
  const start = () => startPostgres({ dataDir, elsewhere: dataDir, log: silent, settings });
  let running: Postgres = await start();
  const url = running.connectionString;
  await createDatabase(url, template);
  await migrate(withDatabase(url, template), silent);
  return {
    url,
    restart: async (mode) => {
      if (mode === 'immediate') process.kill(await postmaster(url), 'SIGQUIT');
      else await running.stop();
      await running.exited;
      running = await start();
      if (running.connectionString !== url) throw new Error('Postgres came back on another port: its own was taken.');
    },
    stop: async () => {
      await running.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The parent of any of its processes. */
async function postmaster(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const stat = readFileSync(`/proc/${rows[0]?.pid}/stat`, 'utf8');
  await client.end();
  return Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]);
}
