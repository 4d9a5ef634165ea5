/** A person at a terminal: `limpet` in a PTY, and what its screen shows, by an emulator. */
import { fileURLToPath } from 'node:url';
import { type IPty, spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { until } from '../../behaviour/stack.ts';
import type { Api } from '../../functions/api/fixture.ts';

const entry = fileURLToPath(new URL('../../../cli/index.ts', import.meta.url));
/** What is not there by then does not come, on whatever machine. */
const shownMsMax = 60_000;

export class Seat {
  readonly #pty: IPty;
  readonly #terminal;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number>;
  #isOver = false;

  constructor({ url, key }: Api, args: string[], { cols = 80, rows = 24 } = {}) {
    const { PATH = '', HOME = '/' } = process.env;
    const env = { PATH, HOME, LIMPET_URL: url, LIMPET_KEY: key, TERM: 'xterm-256color' };
    this.#terminal = new headless.Terminal({ cols, rows, allowProposedApi: true });
    this.#pty = spawn(process.execPath, [entry, ...args], { cols, rows, env });
    this.#pty.onData((data) => this.#terminal.write(data));
    // What a terminal is asked it answers, as a real one does.
    this.#terminal.onData((answer) => this.#pty.write(answer));
    this.ended = new Promise((resolve) =>
      this.#pty.onExit(({ exitCode }) => {
        this.#isOver = true;
        resolve(exitCode);
      }),
    );
  }

  type(text: string): void {
    this.#pty.write(text);
  }

  resize(cols: number, rows: number): void {
    this.#terminal.resize(cols, rows);
    this.#pty.resize(cols, rows);
  }

  /** The rows that are shown, blanks and empty rows at the end left out. */
  screen(): string {
    const { active } = this.#terminal.buffer;
    const rows = Array.from(
      { length: this.#terminal.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    );
    return rows.join('\n').trimEnd();
  }

  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  /** Resolves once the screen shows this. Rejects where it ends without, or does not in a minute. */
  async shows(text: string | RegExp): Promise<void> {
    const isShown = () => (typeof text === 'string' ? this.screen().includes(text) : text.test(this.screen()));
    const deadline = performance.now() + shownMsMax;
    await until(() => isShown() || this.#isOver || performance.now() > deadline);
    if (isShown()) return;
    throw new Error(`it ${this.#isOver ? 'ended without showing' : 'does not show'} ${text}:\n${this.screen()}`);
  }

  /** Ends it, whatever it does. */
  leave(): void {
    if (!this.#isOver) this.#pty.kill('SIGKILL');
  }
}
