/** A host as a process of its own, as `limpet host` starts it, for tests that kill or freeze one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { makeDirectory } from './directory.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface HostProcess {
  pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with its exit code, null where a signal ended it. */
  ended: Promise<number | null>;
  /** Ends it, whatever it does, and removes its files. */
  remove(): Promise<void>;
}

/** Starts a host on a database; resolves when it is ready. Rejects when it ends before. */
export async function startHostProcess(connectionString: string, name: string): Promise<HostProcess> {
  const workDir = await makeDirectory();
  const { PATH = '', HOME = '/' } = process.env;
  const child = spawn(process.execPath, ['cli/index.ts', 'host', '--name', name], {
    cwd: root,
    env: { PATH, HOME, DATABASE_URL: connectionString, LIMPET_WORK_DIR: workDir, LIMPET_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const ready = once(child.stdout, 'data');
  const early = ended.then((code) => {
    throw new Error(`the host ended with ${code} before it was ready`);
  });
  await Promise.race([ready, early]);
  return {
    pid: child.pid ?? 0,
    kill: (signal) => child.kill(signal),
    ended,
    remove: async () => {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      await ended;
      await rm(workDir, { recursive: true, force: true });
    },
  };
}
