/**
 * The host's side of its companion: a process outside its group that knows every shell. When the pipe to it ends (the host
 * died) or the host is late beyond its deadline (it was frozen), the companion ends every shell and then tells the database.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Log } from '../sql/contract.ts';

/** One line of JSON each, from the host to its companion. */
export type CompanionMessage =
  | { kind: 'start'; connectionString: string; incarnation: string; graceMs: number; runDir: string }
  | { kind: 'opened'; id: string; pid: number }
  | { kind: 'closed'; id: string }
  | { kind: 'renewed'; deadlineMs: number }
  | { kind: 'bye' };

export interface Companion {
  readonly pid: number | undefined;
  opened(shell: string, pid: number): void;
  closed(shell: string): void;
  /** The host lives: the shells may go on for `deadlineMs` from now. */
  renewed(deadlineMs: number): void;
  /** All shells are gone and the record knows: resolves when the companion has ended. */
  dismiss(): Promise<void>;
}

const program = fileURLToPath(new URL('companionProcess.ts', import.meta.url));

/** Starts the companion. `onLost` is called when it ends though it was not dismissed: the host is then unguarded. */
export function startCompanion(
  settings: { connectionString: string; incarnation: string; graceMs: number; runDir: string },
  log: Log,
  onLost: () => void,
): Companion {
  const child = spawn(process.execPath, [program], { detached: true, stdio: ['pipe', 'ignore', 'inherit'], env: {} });
  let dismissed = false;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      if (!dismissed) {
        log('error', 'companion_lost', { code, signal });
        onLost();
      }
      resolve();
    });
  });
  child.once('error', (error) => log('error', 'companion_not_started', { error: error.message }));
  // Its end is seen by 'exit'; a write that comes after it says nothing more.
  child.stdin.on('error', () => undefined);
  const tell = (message: CompanionMessage) => void child.stdin.write(`${JSON.stringify(message)}\n`);
  tell({ kind: 'start', ...settings });
  return {
    pid: child.pid,
    opened: (id, pid) => tell({ kind: 'opened', id, pid }),
    closed: (id) => tell({ kind: 'closed', id }),
    renewed: (deadlineMs) => tell({ kind: 'renewed', deadlineMs }),
    dismiss: async () => {
      dismissed = true;
      tell({ kind: 'bye' });
      child.stdin.end();
      await ended;
    },
  };
}
