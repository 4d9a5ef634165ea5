/** One host: registers, beats, takes sessions and runs their commands until it is stopped or given up. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Log } from '../sql/contract.ts';
import { hostCalls } from '../sql/host.ts';
import { findShellAccount } from './account.ts';
import { startCompanion } from './companion.ts';
import { type HostConfig, type HostSettings, parseHostConfig } from './config.ts';
import { openDatabase, requireDirectConnection } from './database.ts';
import { openDirectories } from './directories.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { Host } from './host.ts';
import { startHousekeeping } from './housekeeping.ts';
import { Lease } from './lease.ts';
import { OutputWriter } from './outputWriter.ts';
import { register } from './register.ts';
import { Sessions } from './sessions.ts';
import { startTasks } from './tasks.ts';

/** Before the record may give this host's sessions away, its companion needs this long to end the shells. */
const companionMarginMs = 8_000;

export interface RunningHost {
  readonly incarnation: string;
  /** Drains: what runs may finish within `drainMs`, sessions go to the pool. Resolves when nothing is left. */
  stop(): Promise<void>;
  /** Resolves when the host has ended, by `stop` or because the record gave it up. */
  readonly closed: Promise<{ fenced: boolean }>;
}

/** Starts a host. Rejects where it cannot: no database, a pooled connection, a name in use, no account for shells. */
export async function startHost(settings: HostSettings, log: Log): Promise<RunningHost> {
  const config = parseHostConfig(settings);
  const account = await findShellAccount(config.shellUser);
  const database = openDatabase(config.connectionString, log);
  const jobs = openDatabase(config.connectionString, log, 6);
  const ending = new AbortController();
  const incarnation = randomUUID();
  const calls = hostCalls(database.query);
  const lease = new Lease();
  try {
    await requireDirectConnection(database.pool);
    const { leaseMs, fenceAfterMs } = await register(calls, incarnation, config, lease, log);
    const directories = await openDirectories(config.workDir, incarnation, account);
    const companion = startCompanion(companionSettings(config, incarnation), log, () => void finish(true));
    const writer = new OutputWriter(incarnation, calls, log);
    const host: Host = {
      incarnation,
      config,
      log,
      calls,
      lease,
      writer,
      directories,
      account,
      companion,
      ending: ending.signal,
    };
    const sessions = new Sessions(host);
    const renewed = () => companion.renewed(fenceAfterMs - companionMarginMs);
    renewed();
    const heartbeat = startHeartbeat(incarnation, leaseMs, calls, lease, log, {
      attempts: () => sessions.attempts(),
      renewed,
      wake: (waiting) => waiting.forEach((session) => void sessions.wake(session, true).catch(() => undefined)),
      fenced: () => void finish(true),
    });
    const housekeeping = startHousekeeping(incarnation, calls, log);
    const tasks = startTasks(jobs.pool, incarnation, config.pool, sessions, log);
    log('info', 'host_started', { host: config.name, pool: config.pool, incarnation, shell_account: account.name });

    const closed = Promise.withResolvers<{ fenced: boolean }>();
    let finishing: Promise<void> | undefined;
    const finish = (fenced: boolean) => {
      finishing ??= end(fenced).then(
        () => closed.resolve({ fenced }),
        (error) => closed.reject(error),
      );
      return finishing;
    };
    const end = async (fenced: boolean) => {
      log(fenced ? 'warn' : 'info', fenced ? 'host_fenced' : 'host_draining', { incarnation });
      if (!fenced) await calls.drainHost(incarnation).catch(() => undefined);
      if (fenced) ending.abort();
      await tasks.stop();
      await (fenced ? sessions.abandon() : sessions.drain(config.drainMs));
      await Promise.all([heartbeat.stop(), housekeeping.stop()]);
      // Its shells are gone; whoever reads the record may know at once.
      await calls
        .confirmDeath(incarnation)
        .catch((error: Error) => log('warn', 'death_not_confirmed', { error: error.message }));
      await companion.dismiss();
      await directories.removeRun();
      await Promise.all([database.pool.end(), jobs.pool.end()]);
      log('info', 'host_stopped', { incarnation });
    };
    return { incarnation, stop: () => finish(false), closed: closed.promise };
  } catch (error) {
    await Promise.all([database.pool.end(), jobs.pool.end()]);
    throw error;
  }
}

function companionSettings(config: HostConfig, incarnation: string) {
  const { connectionString, graceMs, workDir } = config;
  return { connectionString, graceMs, incarnation, runDir: join(workDir, 'run', incarnation) };
}
