/** One bash process: trigger lines in by its stdin, status records out by its stdout. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import type { Channel } from './channel.ts';
import { sendSignal } from './ending.ts';
import { StatusParser, type StatusRecord, type Trigger, triggerLines } from './protocol.ts';
import type { Account, ShellExit } from './types.ts';

const beginScript = readFileSync(new URL('begin.bash', import.meta.url), 'utf8');

export type Answer = StatusRecord | { kind: 'gone'; exit: ShellExit };

interface BashOptions {
  environment: Record<string, string>;
  account: Account | undefined;
  program: string;
  rcFile: string;
  directory: string;
  status: Channel;
  /** Path of the terminal that becomes the controlling one. */
  terminal?: string | undefined;
  /** Words before those of bash (types.ts, Launch). */
  before: string[];
  /** It goes no further than to become bash before `begin` is called. */
  waits: boolean;
}

/** Starts it, asks one thing of it after another, and knows when it is gone. */
export class Bash {
  /** Of what was started, until it is known which process below it is bash. */
  pid: number;
  /** Resolves when the process is gone; never rejects. */
  readonly exited: Promise<ShellExit>;
  /** Of one that waits: resolves when there is nothing left to do but to begin, or it is gone. */
  readonly ready: Promise<void>;
  exit: ShellExit | null = null;
  #child: ChildProcess;
  #status: Channel;
  #parser = new StatusParser();
  #waiting: { nonce: string; answer: (answer: Answer) => void } | null = null;

  private constructor(child: ChildProcess, pid: number, status: Channel) {
    this.#child = child;
    this.pid = pid;
    this.#status = status;
    child.stdin?.on('error', () => {});
    const { promise: ready, resolve: isReady } = Promise.withResolvers<void>();
    this.ready = ready;
    status.start((bytes) => {
      isReady();
      this.#take(bytes);
    });
    status.attach();
    this.exited = new Promise((resolve) => {
      child.once('exit', (exitCode, signal) => {
        this.exit = { exitCode, signal };
        // The record of a command that ended may still be on its way.
        status.drain();
        this.#answer({ kind: 'gone', exit: this.exit });
        isReady();
        resolve(this.exit);
      });
    });
  }

  /** Starts bash in a session of its own, with the terminal that is given or none. Rejects if there is no bash to start. */
  static async spawn(options: BashOptions): Promise<Bash> {
    const status = openSync(`${options.directory}/${options.status.name}`, constants.O_WRONLY | constants.O_NOFOLLOW);
    try {
      const [program = '', ...words] = [...options.before, ...ownWords(options)];
      const child = spawn(program, words, {
        cwd: '/',
        env: options.environment,
        detached: true,
        stdio: ['pipe', status, 'ignore'],
        ...(options.account && { uid: options.account.uid, gid: options.account.gid }),
      });
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', reject);
      });
      child.on('error', () => {});
      return new Bash(child, child.pid ?? 0, options.status);
    } finally {
      closeSync(status);
    }
  }

  /** Has bash do what the trigger says; resolves with its answer, or that it is gone. One at a time. */
  exchange(trigger: Trigger): Promise<Answer> {
    if (this.exit) return Promise.resolve({ kind: 'gone', exit: this.exit });
    return new Promise((answer) => {
      this.#waiting = { nonce: trigger.nonce, answer };
      this.#child.stdin?.write(triggerLines(trigger));
    });
  }

  /** Reads what bash has told until now; true if no answer is due any more. */
  hasAnswered(): boolean {
    this.#status.drain();
    return this.#waiting === null;
  }

  /** Lets what waits for a first line before it becomes bash go on. */
  proceed(): void {
    this.#child.stdin?.write('\n');
  }

  /** Has one that waits become bash, with these variables besides. */
  begin(environment: Record<string, string>): void {
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}\0`);
    this.#child.stdin?.write(`${variables.join('')}\0`);
  }

  /** Sends a signal to bash alone; nothing if it is gone. */
  kill(signal: NodeJS.Signals): void {
    if (!this.exit) sendSignal(this.pid, signal);
  }

  /** The same with whatever was started before it and is still there. */
  killAll(): void {
    this.#child.kill('SIGKILL');
    this.kill('SIGKILL');
  }

  /** The end of the trigger lines: bash at its prompt exits, its EXIT trap runs. */
  endTriggers(): void {
    this.#child.stdin?.end();
  }

  #take(bytes: Uint8Array): void {
    const record = this.#waiting && this.#parser.push(bytes, this.#waiting.nonce);
    if (record) this.#answer(record);
  }

  #answer(answer: Answer): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.answer(answer);
  }
}

function ownWords({ program, rcFile, terminal, waits }: BashOptions): string[] {
  const own = [program, '--noprofile', '--noediting', '--rcfile', rcFile, '-i'];
  if (terminal === undefined && !waits) return own;
  return ['bash', '-c', beginScript, 'limpet-begin', terminal ?? '', waits ? 'wait' : '', ...own];
}
