/** The companion's process as its host has it (see companion.ts). */
import { spawn } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Log } from '../sql/contract.ts';
import type { CompanionMessage } from './companion.ts';

const program = fileURLToPath(new URL('companionProcess.ts', import.meta.url));

/** The process of a companion, as its host reaches it. */
export interface CompanionProcess {
  readonly pid: number | undefined;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  tell(message: CompanionMessage): void;
  /** Ends the pipe to it. */
  end(): void;
  /** The host need not wait for it. */
  unref(): void;
}

/** Starts one, in a process group of its own. Its only argument says to whoever lists processes whose it is. */
export function spawnCompanion(runDir: string, log: Log): CompanionProcess {
  const child = spawn(process.execPath, [program, runDir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
    // Nothing of ours but where Node keeps what it compiled.
    env: cacheEnvironment(),
  });
  child.once('error', (error) => log('error', 'companion_not_started', { error: error.message }));
  // Its end is seen by 'exit'; a write that comes after it says nothing more.
  child.stdin.on('error', () => undefined);
  return {
    pid: child.pid,
    ended: new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal }))),
    tell: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    end: () => void child.stdin.end(),
    unref: () => child.unref(),
  };
}

function cacheEnvironment(): NodeJS.ProcessEnv {
  const directory = getCompileCacheDir();
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: directory };
}
