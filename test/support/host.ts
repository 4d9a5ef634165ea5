/** A host as a process of its own, as `limpet host` starts it, for tests that kill or freeze one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { makeDirectory } from './directory.ts';
import { shownBy } from './processes.ts';
import { usualSandbox } from './sandbox.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A line of its log. */
export type Logged = { level: string; event: string; [field: string]: unknown };

export interface HostProcess {
  pid: number;
  companionPid: number;
  incarnation: string;
  workDir: string;
  /** What it and its companion have logged, also after its end. */
  logged: Logged[];
  kill(signal: NodeJS.Signals): void;
  /** Resolves with its exit code, null where a signal ended it. */
  ended: Promise<number | null>;
  /** Ends it, whatever it does, and removes its files. */
  remove(): Promise<void>;
}

export interface HostOptions {
  /** More of its environment: its settings. */
  env?: Record<string, string>;
  /** A directory to work in that outlives it. */
  workDir?: string;
  /** Runs as this account, which must be able to read the checkout. */
  uid?: number;
}

/** Starts a host on a database; resolves when it is ready. Rejects when it ends before. */
export async function startHostProcess(
  connectionString: string,
  name: string,
  options: HostOptions = {},
): Promise<HostProcess> {
  const workDir = options.workDir ?? (await makeDirectory());
  if (options.uid !== undefined) await chown(workDir, options.uid, options.uid);
  const { PATH = '', HOME = '/' } = process.env;
  const given = {
    DATABASE_URL: connectionString,
    LIMPET_WORK_DIR: workDir,
    LIMPET_LOG_LEVEL: 'info',
    LIMPET_SANDBOX: usualSandbox,
    // Hosts start and end all the time in tests.
    LIMPET_WARM_SHELLS: '0',
    ...options.env,
  };
  const child = spawn(process.execPath, ['cli/index.ts', 'host', '--name', name], {
    cwd: root,
    env: { PATH, HOME, ...given },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  });
  const logged: Logged[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => logged.push(parse(line)));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const ready = once(child.stdout, 'data');
  const early = ended.then((code) => {
    throw new Error(`the host ended with ${code} before it was ready: ${JSON.stringify(logged.at(-1))}`);
  });
  await Promise.race([ready, early]);
  const started = logged.find(({ event }) => event === 'host_started');
  const companionPid = Number(started?.companion_pid);
  return {
    pid: child.pid ?? 0,
    companionPid,
    incarnation: String(started?.incarnation),
    workDir,
    logged,
    kill: (signal) => child.kill(signal),
    ended,
    remove: async () => {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      await ended;
      // A companion that has nobody to report to would stay for a while.
      if (/companionProcess/.test(shownBy(companionPid))) process.kill(companionPid, 'SIGKILL');
      if (!options.workDir) await rm(workDir, { recursive: true, force: true });
    },
  };
}

function parse(line: string): Logged {
  try {
    return JSON.parse(line) as Logged;
  } catch {
    return { level: 'error', event: 'not_json', line };
  }
}
