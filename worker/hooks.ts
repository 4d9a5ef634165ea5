/**
 * The operator's hooks around a key's shell (POST /lock and /unlock): `lock` runs before its first shell here, `unlock` before its
 * last one ends, whatever ends it: /unlock, idleness, or the end of this host. They run as the host itself, in its environment,
 * with the key's id in SHELLD_KEY: the key is nowhere stored. Like shelld's, they are waited for, and may fail.
 */
import { spawn } from 'node:child_process';
import type { AdoptedSession } from '../sql/host.ts';
import { ownEnvironment } from './config.ts';
import type { Host } from './host.ts';

/** What is logged of what a hook prints. */
const printedCharactersMax = 8_192;

/** The hooks of one key's shell, each run once. */
export class KeyHooks {
  readonly #host: Host;
  readonly #session: AdoptedSession;
  #entering: Promise<void> | null = null;
  #stopping = new AbortController();

  constructor(host: Host, session: AdoptedSession) {
    this.#host = host;
    this.#session = session;
  }

  /** Runs the lock hook, unless it did already. */
  enter(): Promise<void> {
    const { lockHook, lockHookMs } = this.#host.config;
    this.#entering ??= this.#run('lock', lockHook, lockHookMs, this.#stopping.signal);
    return this.#entering;
  }

  /** Runs the unlock hook where the lock hook did; one that still runs is stopped first. */
  async leave(): Promise<void> {
    if (this.#entering === null) return;
    this.stop();
    await this.#entering;
    const { unlockHook, unlockHookMs } = this.#host.config;
    await this.#run('unlock', unlockHook, unlockHookMs, this.#host.ending);
    this.#entering = null;
    this.#stopping = new AbortController();
  }

  /** Ends a lock hook that still runs. */
  stop(): void {
    this.#stopping.abort();
  }

  async #run(hook: 'lock' | 'unlock', command: string | undefined, limitMs: number, stop: AbortSignal): Promise<void> {
    const { session_id, locked_by } = this.#session;
    if (locked_by === null || command === undefined) return;
    const env = { ...ownEnvironment(), SHELLD_KEY: locked_by, LIMPET_SESSION_ID: session_id };
    const signal = AbortSignal.any([stop, AbortSignal.timeout(limitMs)]);
    const ended = await runProgram(this.#host.config.hookShell, command, env, signal);
    const level = ended.exit_code === 0 ? 'info' : 'warn';
    this.#host.log(level, 'hook_ended', { session_id, key_id: locked_by, hook, ...ended });
  }
}

interface Ended {
  exit_code: number | null;
  signal: NodeJS.Signals | null;
  printed: string;
  problem?: string;
}

/** Runs it in a process group of its own, which is killed when `stop` aborts. What it leaves in the background may go on. */
function runProgram(shell: string, command: string, env: NodeJS.ProcessEnv, stop: AbortSignal): Promise<Ended> {
  const child = spawn(shell, ['-c', command], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    // Read to its end, also what comes after the hook itself: a program it left must not block, nor die of a closed pipe.
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(0, printedCharactersMax);
    });
  }
  const kill = () => endGroup(child.pid);
  stop.addEventListener('abort', kill, { once: true });
  return new Promise<Ended>((resolve) => {
    child.once('error', ({ message }) => resolve({ exit_code: null, signal: null, printed, problem: message }));
    child.once('exit', (exit_code, signal) => {
      // What it had printed until now is still in the pipes.
      setImmediate(() => resolve({ exit_code, signal, printed }));
    });
    if (stop.aborted) kill();
  }).finally(() => stop.removeEventListener('abort', kill));
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
