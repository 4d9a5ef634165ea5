/** `limpet up`: database, migrations, edge and one host, until a signal or the death of what they cannot live without. */
import { type Log, limits } from '../sql/contract.ts';
import { migrate } from '../sql/migrate.ts';
import { hostSettingsOf, parseHostConfig } from '../worker/config.ts';
import { asOwner, ensureAdminKey, makeLoginPath } from './admin.ts';
import { ensureKeyFile } from './audit/keyFile.ts';
import type { Surface } from './config/file.ts';
import { type DataDir, holdDataDir } from './dataDir.ts';
import { edgeSettings, type ServedEdge, serveEdge } from './edge/serve.ts';
import type { Settings } from './env.ts';
import { startHostProcess } from './hostProcess.ts';
import { untilIdle } from './idle.ts';
import { Parts } from './parts.ts';
import { startPostgres } from './postgres/index.ts';
import { aborted, unlessAborted } from './signals.ts';
import { chooseWorkDir } from './workDir.ts';

/** What `limpet up` is started with. */
export type UpOptions = {
  settings: Settings;
  /** For the host's own settings, without secrets. */
  environment: NodeJS.ProcessEnv;
  withHost: boolean;
  /** From a config file of shelld's: then the server may end by itself. */
  surface?: Surface | undefined;
  log: Log;
  /** Asks to stop. */
  signal: AbortSignal;
  /** Receives what is for the user's eyes: the ready line, and a new key once. */
  print: (line: string) => void;
};

/** Part of the ten seconds in which everything ends; LIMPET_DRAIN_MS replaces it for who can wait longer. */
const drainMs = 4000;
/** For ending shells and giving sessions back, beyond what a command or a hook may take. */
const savingMs = 1000;

/** Resolves when it was asked to stop and everything has ended. Throws, after the same, when something failed. */
export async function up(options: UpOptions): Promise<void> {
  const parts = new Parts(options.log);
  try {
    await run(options, parts);
  } finally {
    await parts.stop();
  }
}

async function run(options: UpOptions, parts: Parts): Promise<void> {
  const { settings, log, signal, print } = options;
  const step = <Result>(work: Promise<Result>) => unlessAborted(signal, work);
  const dataDir = holdDataDir(settings.LIMPET_DATA_DIR);
  parts.add('data directory', dataDir.release);
  const { connectionString, failed } = await step(openDatabase(options, dataDir, parts));
  await step(migrate(connectionString, log));
  const { key, loginPath } = await step(prepareAdmin(connectionString, settings));
  if (!settings.DATABASE_URL) await dataDir.writeDatabaseUrl(connectionString);
  const { surface } = options;
  const unlocked = Promise.withResolvers<string>();
  const shelld = surface && {
    waitMs: surface.waitMs,
    waitMsMax: surface.waitMsMax,
    unlocked: surface.dieOnUnlock ? () => unlocked.resolve('unlock') : undefined,
  };
  const edge = await step(serveEdge({ connectionString, log, shelld, ...edgeSettings(settings) }));
  parts.add('edge', edge.close);
  if (options.withHost) await step(startHost(options, dataDir, connectionString, parts));
  if (key) print(`Your admin key, shown this once: ${key}`);
  print(`limpet is ready at ${edge.url} (log in once with ${edge.url}${loginPath})`);
  const over = new AbortController();
  const idle = surface ? whenIdle(surface.idleMs, edge, connectionString, log, over.signal) : never;
  const reason = await Promise.race([aborted(signal), failed, unlocked.promise, idle]).finally(() => over.abort());
  if (reason) log('info', 'stopping', { reason });
  // Whoever comes now finds nobody; asked by a signal, the edge answers for as long as commands end.
  if (reason) edge.refuse();
}

/** Resolves when nobody needs this server any more; never once `over` has aborted. */
async function whenIdle(idleMs: number, edge: ServedEdge, connectionString: string, log: Log, over: AbortSignal) {
  const isWorking = () =>
    asOwner(connectionString, (admin) => admin.isWorking()).catch((error: Error) => {
      log('warn', 'idleness_unknown', { error });
      return true;
    });
  const readyAt = performance.now();
  const quietMs = () => Math.min(edge.quietMs(), performance.now() - readyAt);
  await untilIdle({ idleMs, quietMs, isWorking }, over).catch(() => never);
  return 'idle';
}

const never = new Promise<never>(() => {});

/** `failed` rejects when the database that we started ends by itself. */
async function openDatabase({ settings, log, signal }: UpOptions, dataDir: DataDir, parts: Parts) {
  const { DATABASE_URL, LIMPET_SHARED_DIR: elsewhere } = settings;
  if (DATABASE_URL) return { connectionString: DATABASE_URL, failed: never };
  const postgres = await startPostgres({ dataDir: dataDir.path, elsewhere, log, signal });
  let stopping = false;
  parts.add('postgres', () => {
    stopping = true;
    return postgres.stop();
  });
  const failed = postgres.exited.then(() => {
    if (!stopping) throw new Error('The embedded Postgres ended by itself: its last log lines say why.');
  });
  failed.catch(() => {}); // it may end before anybody waits for it; whoever does hears of it all the same
  return { connectionString: postgres.connectionString, failed };
}

async function prepareAdmin(connectionString: string, { LIMPET_BOOTSTRAP_KEY, LIMPET_SHARD }: Settings) {
  return asOwner(connectionString, async (admin) => {
    const key = await ensureAdminKey(admin, LIMPET_BOOTSTRAP_KEY, LIMPET_SHARD);
    return { key, loginPath: await makeLoginPath(admin, LIMPET_SHARD) };
  });
}

async function startHost(
  { settings, environment, log }: UpOptions,
  dataDir: DataDir,
  connectionString: string,
  parts: Parts,
) {
  const given = hostSettingsOf(environment);
  const workDir =
    given.workDir ?? (await chooseWorkDir(dataDir.path, settings.LIMPET_SHARED_DIR, given.shellUser, log));
  const { graceMs, unlockHook, unlockHookMs } = parseHostConfig({ connectionString, workDir, ...given });
  const marginMs = Math.max(graceMs, limits.graceMs) + (unlockHook ? unlockHookMs : 0) + savingMs;
  const times = { drainMs: Number(given.drainMs ?? drainMs), marginMs };
  const keyFile = environment.LIMPET_AUDIT_KEY_FILE || (await ensureKeyFile(dataDir.path));
  const withKey = { ...environment, LIMPET_AUDIT_KEY_FILE: keyFile };
  const host = await startHostProcess({ connectionString, workDir, environment: withKey, ...times, log });
  parts.add('host', host.stop);
}
