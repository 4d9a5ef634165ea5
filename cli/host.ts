/** `limpet host`: one host, which runs the commands. */
import path from 'node:path';
import type { Log } from '../sql/contract.ts';
import { hostSettingsOf } from '../worker/config.ts';
import { type RunningHost, startHost } from '../worker/index.ts';
import { type Context, findConnectionString, runCommand } from './commands/context.ts';
import { aborted, unlessAborted } from './signals.ts';
import { hearWakeSignals, untilUnused, untilWanted } from './sleep.ts';

export type HostOptions = { name?: string; untilStdinCloses?: boolean };

/** When `limpet up` has died, its database is going as well, and a host that still wants to tell it something gives up. */
const orphanMs = 5000;

/** Runs one host until it is asked to stop, or has been given up. */
export function runHost(options: HostOptions): Promise<never> {
  return runCommand((context) => host(context, options));
}

async function host(context: Context, { name, untilStdinCloses }: HostOptions): Promise<void> {
  const { settings, environment, log, signal, stdinEnded } = context;
  const orphaned = untilStdinCloses ? stdinEnded : new Promise<void>(() => {});
  const dataDir = path.resolve(settings.LIMPET_DATA_DIR);
  const given = {
    workDir: path.join(settings.LIMPET_DATA_DIR, 'host'),
    hidden: [dataDir],
    ...hostSettingsOf(environment),
  };
  const connectionString = await findConnectionString(settings);
  const { LIMPET_SLEEP_AFTER_MS: sleepAfterMs, LIMPET_SLEEP_LOOK_MS: lookMs } = settings;
  const wakes = hearWakeSignals();
  for (;;) {
    const starting = startHost({ connectionString, ...given, ...(name && { name }) }, log);
    const running = await Promise.race([unlessAborted(signal, starting), orphaned]);
    if (!running) throw new Error('The process that started this host has ended.');
    console.log(`limpet's host is ready (${running.incarnation})`);
    const awake = new AbortController();
    const unused = sleepAfterMs === undefined ? never : untilUnused(running, sleepAfterMs, awake.signal);
    const reason = await untilEnded(running, { signal, orphaned, unused, log }).finally(() => awake.abort());
    if (reason !== 'unused') return;
    log('info', 'host_sleeps', { look_ms: lookMs });
    const wanted = untilWanted(connectionString, { lookMs, woken: wakes.next, log, signal });
    await unlessAborted(signal, Promise.race([wanted, orphaned]));
  }
}

interface Endings {
  signal: AbortSignal;
  orphaned: Promise<void>;
  unused: Promise<void>;
  log: Log;
}

const never = new Promise<never>(() => {});

/** Stops the host once there is a reason to, and returns it. */
async function untilEnded(running: RunningHost, { signal, orphaned, unused, log }: Endings): Promise<string> {
  const reason = await Promise.race([
    aborted(signal).then(() => 'asked' as const),
    orphaned.then(() => 'orphaned' as const),
    running.closed.then(() => 'given up' as const),
    unused.then(
      () => 'unused' as const,
      () => never,
    ),
  ]);
  if (reason === 'given up') throw new Error('The record has given this host up: it missed its lease.');
  if (reason === 'orphaned') {
    log('warn', 'host_orphaned');
    setTimeout(() => process.exit(1), orphanMs);
  }
  await running.stop();
  return reason;
}
