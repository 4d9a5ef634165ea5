/** A Postgres of one's own, for tests that stop, restart or freeze it. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Postgres, startPostgres } from '../../cli/postgres/index.ts';
import { migrate } from '../../sql/migrate.ts';
import { makeDirectory } from './directory.ts';
import { testEnvironment } from './env.ts';
import { silent } from './log.ts';
import { familyOf } from './processes.ts';

export interface OwnPostgres {
  /** Connection string of the owner of a migrated database: the same after every start. */
  url: string;
  /** Shuts it down as `pg_ctl stop -m immediate` does: no connection is told, the next start replays the log. */
  crash(): Promise<void>;
  start(): Promise<void>;
  /** Stops all its processes: connections stay open, and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Ends it, whatever it does, and removes its files. */
  remove(): Promise<void>;
}

/** A process that dies loses nothing that it has written, so this is safe also where `fsync` is off. */
const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '200' };

/** Starts it. `migrated: false` leaves the database empty. */
export async function startOwnPostgres(options: { migrated?: boolean; settings?: Record<string, string> } = {}) {
  const dataDir = await makeDirectory();
  const { LIMPET_TEST_POSTGRES: binaries } = testEnvironment();
  const given = {
    dataDir,
    elsewhere: dataDir,
    log: silent,
    settings: options.settings ?? settings,
    ...(binaries && { binaries }),
  };
  let running = await startPostgres(given);
  const postmaster = async () => Number.parseInt(await readFile(pidFile(dataDir), 'utf8'), 10);
  let pid = await postmaster();
  let frozen: number[] = [];
  const signal = (pids: number[], name: NodeJS.Signals) => {
    for (const one of pids) tell(one, name);
  };
  const own: OwnPostgres = {
    url: running.connectionString,
    crash: async () => {
      process.kill(pid, 'SIGQUIT');
      await running.exited;
    },
    start: async () => {
      running = await startAgain(given, own.url);
      pid = await postmaster();
    },
    freeze: () => {
      frozen = familyOf(pid);
      signal(frozen, 'SIGSTOP');
    },
    thaw: () => signal(frozen.splice(0), 'SIGCONT'),
    remove: async () => {
      own.thaw();
      await running.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  if (options.migrated !== false) await migrate(own.url, silent);
  return own;
}

async function startAgain(options: Parameters<typeof startPostgres>[0], url: string): Promise<Postgres> {
  const started = await startPostgres(options);
  if (started.connectionString !== url) throw new Error('Another process has taken the port of this Postgres.');
  return started;
}

function pidFile(dataDir: string): string {
  return path.join(dataDir, 'postgres', 'postmaster.pid');
}

/** A process that has ended meanwhile needs no signal. */
function tell(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has gone.
  }
}
