/** The programs of a template, and the agent behind them: orders in by their stdin, the agent's lines out by their stdout. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Connect } from '../types.ts';
import { type Frame, FrameReader } from './frames.ts';

/** The far side answers at once, so what does not answer for so long is not there. Networks are away for seconds. */
export const silenceMs = 60_000;
/** Several in that time, for one to be lost does not matter. */
const pingsInSilence = 4;
/** Programs explain themselves at their end. */
const errorsLengthMax = 2048;

/** One connection for the life of a shell: sends orders, and calls who waits for a kind of line. */
export class Connection {
  readonly pid: number;
  /** Resolves once nothing comes from the far side any more. */
  readonly lost: Promise<void>;
  isLost = false;
  #child: ChildProcess;
  #reader: FrameReader;
  #takers = new Map<string, (words: string[]) => void>();
  #waiting = new Set<{ kinds: string[]; resolve: (frame: Frame | null) => void }>();
  #errors = '';
  #heardAt = performance.now();
  #pings: NodeJS.Timeout;

  private constructor(child: ChildProcess, secret: string, ms: number) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.#reader = new FrameReader(secret);
    child.on('error', () => {});
    child.stdin?.on('error', () => {});
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-errorsLengthMax);
    });
    child.stdout?.on('data', (bytes: Uint8Array) => this.#take(bytes));
    this.#pings = setInterval(() => this.#ping(ms), ms / pingsInSilence).unref();
    // Not at their exit: some hand over to others, which have the same streams.
    this.lost = new Promise((resolve) => child.once('close', () => resolve(this.#lose())));
  }

  /** Starts the programs. Rejects if the first is not there. */
  static async start({ words, environment, silenceMs: ms = silenceMs }: Connect, secret: string): Promise<Connection> {
    const [program = '', ...rest] = words;
    const child = spawn(program, rest, { cwd: '/', env: environment, detached: true, stdio: 'pipe' });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return new Connection(child, secret, ms);
  }

  /** Why it ended, or does not answer, as far as its programs said. */
  get words(): string {
    const { exitCode, signalCode } = this.#child;
    const how = exitCode ?? signalCode;
    const said = (this.#errors.trim() || this.#reader.noise.trim()).split('\n').slice(-3).join('; ');
    return (
      `${how === null ? '' : `its program ended with ${how}`}${said && how !== null ? ': ' : ''}${said}` ||
      'it said nothing'
    );
  }

  /** Who gets the words of each line of this kind. */
  on(kind: string, take: (words: string[]) => void): void {
    this.#takers.set(kind, take);
  }

  /** The next line of one of these kinds; null if the connection ends before. */
  next(...kinds: string[]): Promise<Frame | null> {
    if (this.isLost) return Promise.resolve(null);
    return new Promise((resolve) => this.#waiting.add({ kinds, resolve }));
  }

  /** Sends an order, and the bytes that it tells of. */
  send(order: string, bytes?: Uint8Array): void {
    if (this.isLost) return;
    this.#child.stdin?.write(`${order}\n`);
    if (bytes) this.#child.stdin?.write(bytes);
  }

  /** Sends what comes before all orders. */
  begin(script: string): void {
    this.#child.stdin?.write(script);
  }

  /** No more orders: the agent, if there is one, ends everything. Resolves once the programs have ended. */
  async end(limitMs: number): Promise<void> {
    this.#child.stdin?.end();
    const late = setTimeout(() => this.kill(), limitMs);
    await this.lost;
    clearTimeout(late);
  }

  /** Ends the programs on this side, and with them the connection. */
  kill(): void {
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL');
    }
    this.#child.stdin?.destroy();
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  #take(bytes: Uint8Array): void {
    for (const frame of this.#reader.push(bytes)) {
      this.#heardAt = performance.now();
      this.#takers.get(frame.kind)?.(frame.words);
      for (const waiting of [...this.#waiting]) {
        if (!waiting.kinds.includes(frame.kind)) continue;
        this.#waiting.delete(waiting);
        waiting.resolve(frame);
      }
    }
  }

  #ping(ms: number): void {
    if (performance.now() - this.#heardAt > ms) this.kill();
    else this.send('ping');
  }

  #lose(): void {
    this.isLost = true;
    clearInterval(this.#pings);
    for (const { resolve } of this.#waiting) resolve(null);
    this.#waiting.clear();
  }
}
