/** One host: registers, beats, takes sessions and runs their commands until it is stopped or given up. */
import { randomUUID } from 'node:crypto';
import type { Log } from '../sql/contract.ts';
import { findAccounts, nameOf } from './account.ts';
import { readSigner } from './audit/keyFile.ts';
import { type HostSettings, parseHostConfig } from './config.ts';
import { openDirectories } from './directories.ts';
import type { Host } from './host.ts';
import { Lease } from './lease.ts';
import { shellIds } from './leftovers.ts';
import { live } from './lifecycle.ts';
import { OutputWriter } from './outputWriter.ts';
import { register } from './register.ts';
import { Sandbox } from './sandbox/index.ts';
import { sealingCalls } from './sealed/calls.ts';
import { Spools } from './spool.ts';
import { type Surroundings, surroundings } from './surroundings.ts';
import { WarmShells } from './warmShells.ts';

/** For so long a companion tries to report: longer than Postgres takes to restart. It may never come back, and later any host may bury. */
const reportMsMax = 15_000;

/** How a host that was started is watched and stopped. */
export interface RunningHost {
  readonly incarnation: string;
  /** Drains: what runs may finish within `drainMs`, sessions go to the pool. Resolves when nothing is left. */
  stop(): Promise<void>;
  /** Resolves when the host has ended, by `stop` or because the record gave it up. */
  readonly closed: Promise<{ fenced: boolean }>;
  /** For how long it has had no session. */
  unusedMs(): number;
}

/** Starts a host. Rejects where it cannot: no database, a pooled connection, a name in use, no account for shells. */
export async function startHost(
  settings: HostSettings,
  log: Log,
  { connect, startCompanion, prepareShell, ...shells }: Surroundings = surroundings,
): Promise<RunningHost> {
  const config = parseHostConfig(settings);
  const accounts = await findAccounts(config.shellUser);
  const sandbox = new Sandbox(config, accounts);
  sandbox.tell(log);
  const signer = config.audit.keyFile === undefined ? undefined : await readSigner(config.audit.keyFile);
  const connections = await connect(config.connectionString, log);
  const { calls: plain } = connections;
  const calls = config.encrypt && config.sealKeys ? sealingCalls(plain, config.sealKeys) : plain;
  try {
    const [incarnation, lease, ending] = [randomUUID(), new Lease(), new AbortController()];
    const directories = await openDirectories(config.workDir, incarnation, accounts);
    const times = await register(calls, incarnation, { ...config, told: sandbox.told }, lease, log);
    const runDir = directories.run;
    const spools = new Spools(runDir, config.spoolBytesMax, log, ending.signal);
    const held = { memoryBytesMax: config.heldMemoryBytesMax, spools, ending: ending.signal };
    const writer = new OutputWriter(incarnation, calls, log, held);
    const { connectionString, graceMs } = config;
    const guarded = {
      connectionString,
      incarnation,
      graceMs,
      runDir,
      reportMs: Math.min(times.fenceAfterMs, reportMsMax),
    };
    const companion = startCompanion(guarded, log, () => void lifecycle.finish(true));
    const told = { incarnation, config, log, lease, times, signer };
    const nextShell = shellIds(incarnation);
    const warm = new WarmShells({ config, log, sandbox, directories, companion, nextShell }, prepareShell);
    const reached = { ...shells, calls, writer, directories, sandbox, companion, warm };
    const host: Host = { ...told, ...reached, ending: ending.signal, nextShell };
    const lifecycle = live(host, connections, ending);
    const started = {
      host: config.name,
      pool: config.pool,
      incarnation,
      shell_account: nameOf(accounts),
    };
    log('info', 'host_started', { ...started, companion_pid: companion.pid });
    const { closed, unusedMs } = lifecycle;
    return { incarnation, stop: () => lifecycle.finish(false), closed, unusedMs };
  } catch (error) {
    await connections.close();
    throw error;
  }
}
