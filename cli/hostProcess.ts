/**
 * The host of `limpet up`: a process of its own, so that a crash of the one that runs shells takes neither the API
 * nor the database along. In a process group of its own, so that Ctrl-C leaves it time to drain.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Log } from '../sql/contract.ts';
import { handOver } from './secrets.ts';

type HostProcessOptions = {
  /** A secret: handed over on the child's standard input. */
  connectionString: string;
  workDir: string;
  /** The settings of the host besides; what is secret in it is not passed on. */
  environment: NodeJS.ProcessEnv;
  /** How long running commands may go on once asked to stop. */
  drainMs: number;
  /** Beyond that, for ending shells, their hooks, and giving sessions back. */
  marginMs: number;
  log: Log;
};

type HostProcess = {
  /** Asks it to drain, and kills it when that takes too long. */
  stop(): Promise<void>;
};

const entry = fileURLToPath(new URL('index.ts', import.meta.url));
const againMsMin = 500;
const againMsMax = 30_000;

/** Resolves when the first child is ready, and keeps one running until `stop`. Throws when the first ends before. */
export async function startHostProcess(options: HostProcessOptions): Promise<HostProcess> {
  const stopping = new AbortController();
  let child = spawnHost(options);
  try {
    await ready(child);
  } catch (error) {
    await stop(child, 0);
    throw error;
  }
  const kept = keep();
  return {
    async stop() {
      stopping.abort();
      await stop(child, options.drainMs + options.marginMs);
      await kept;
    },
  };

  async function keep(): Promise<void> {
    for (let pauseMs = againMsMin; ; pauseMs = Math.min(pauseMs * 2, againMsMax)) {
      const startedAt = performance.now();
      await exit(child);
      if (performance.now() - startedAt > againMsMax) pauseMs = againMsMin;
      if (stopping.signal.aborted) return;
      options.log('warn', 'host_ended', { code: child.exitCode, signal: child.signalCode, again_ms: pauseMs });
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      child = spawnHost(options);
    }
  }
}

function spawnHost({ connectionString, environment, workDir, drainMs }: HostProcessOptions): ChildProcess {
  const { LIMPET_AUDIT_WEBHOOK, LIMPET_ENCRYPTION_KEYS } = environment;
  const secrets = {
    DATABASE_URL: connectionString,
    ...(LIMPET_AUDIT_WEBHOOK && { LIMPET_AUDIT_WEBHOOK }),
    ...(LIMPET_ENCRYPTION_KEYS && { LIMPET_ENCRYPTION_KEYS }),
  };
  const { env, line } = handOver(secrets, environment);
  const child = spawn(process.execPath, [...process.execArgv, entry, 'host', '--until-stdin-closes'], {
    detached: true,
    env: { ...env, LIMPET_WORK_DIR: workDir, LIMPET_DRAIN_MS: String(drainMs) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // Left open: that it closes is how the child learns of our death.
  child.stdin?.on('error', () => {}).write(line);
  child.stdout?.resume();
  child.on('error', () => {}); // as good as an exit, which `exit` sees
  return child;
}

/** A host says that it is ready in its only line on stdout. */
async function ready(child: ChildProcess): Promise<void> {
  const failed = exit(child).then(() => {
    throw new Error('The host did not start: its last log line says why.');
  });
  failed.catch(() => {});
  await Promise.race([child.stdout && once(child.stdout, 'data'), failed]);
}

async function stop(child: ChildProcess, patienceMs: number): Promise<void> {
  const exited = exit(child);
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await exited;
  clearTimeout(kill);
}

async function exit(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  await once(child, 'exit');
}
