/** One host: registers, beats, takes sessions and runs their commands until it is stopped or given up. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Log } from '../sql/contract.ts';
import { findShellAccount } from './account.ts';
import { type HostConfig, type HostSettings, parseHostConfig } from './config.ts';
import type { Connections } from './connections.ts';
import { openDirectories } from './directories.ts';
import type { Host } from './host.ts';
import { Lease } from './lease.ts';
import { OutputWriter } from './outputWriter.ts';
import { startParts } from './parts.ts';
import { register } from './register.ts';
import { type Surroundings, surroundings } from './surroundings.ts';

export interface RunningHost {
  readonly incarnation: string;
  /** Drains: what runs may finish within `drainMs`, sessions go to the pool. Resolves when nothing is left. */
  stop(): Promise<void>;
  /** Resolves when the host has ended, by `stop` or because the record gave it up. */
  readonly closed: Promise<{ fenced: boolean }>;
}

/** Starts a host. Rejects where it cannot: no database, a pooled connection, a name in use, no account for shells. */
export async function startHost(
  settings: HostSettings,
  log: Log,
  { connect, openShell, startCompanion }: Surroundings = surroundings,
): Promise<RunningHost> {
  const config = parseHostConfig(settings);
  const account = await findShellAccount(config.shellUser);
  const connections = await connect(config.connectionString, log);
  try {
    const [incarnation, lease, ending] = [randomUUID(), new Lease(), new AbortController()];
    const directories = await openDirectories(config.workDir, incarnation, account);
    const times = await register(connections.calls, incarnation, config, lease, log);
    const writer = new OutputWriter(incarnation, connections.calls, log);
    const companion = startCompanion(companionSettings(config, incarnation), log, () => void lifecycle.finish(true));
    const shared = { incarnation, config, log, lease, writer, directories, account, companion, times, openShell };
    const host: Host = { ...shared, calls: connections.calls, ending: ending.signal };
    const lifecycle = live(host, connections, ending);
    const started = { host: config.name, pool: config.pool, incarnation, shell_account: account.name };
    log('info', 'host_started', { ...started, companion_pid: companion.pid });
    return { incarnation, stop: () => lifecycle.finish(false), closed: lifecycle.closed };
  } catch (error) {
    await connections.close();
    throw error;
  }
}

function companionSettings(config: HostConfig, incarnation: string) {
  const { connectionString, graceMs, workDir } = config;
  return { connectionString, graceMs, incarnation, runDir: join(workDir, 'run', incarnation) };
}

/** Runs the host's parts until `finish`, which is done once, whoever calls it first. */
function live(host: Host, connections: Connections, ending: AbortController) {
  const closed = Promise.withResolvers<{ fenced: boolean }>();
  let finishing: Promise<void> | undefined;
  const finish = (fenced: boolean): Promise<void> => {
    finishing ??= end(host, connections, parts.end, fenced, ending).finally(() => closed.resolve({ fenced }));
    return finishing;
  };
  const parts = startParts(host, connections.jobs, () => void finish(true));
  return { finish, closed: closed.promise };
}

async function end(
  host: Host,
  connections: Connections,
  endParts: (fenced: boolean) => Promise<void>,
  fenced: boolean,
  ending: AbortController,
): Promise<void> {
  const { incarnation, calls, log, companion, directories } = host;
  log(fenced ? 'warn' : 'info', fenced ? 'host_fenced' : 'host_draining', { incarnation });
  if (fenced) ending.abort();
  else
    await calls.drainHost(incarnation).catch((error: Error) => log('warn', 'drain_not_told', { error: error.message }));
  await endParts(fenced);
  // The shells are gone: whoever waits for that in the record need not wait for the lease to end.
  await calls
    .confirmDeath(incarnation)
    .catch((error: Error) => log('warn', 'death_not_confirmed', { error: error.message }));
  await companion.dismiss();
  await directories.removeRun();
  await connections.close();
  log('info', 'host_stopped', { incarnation });
}
