/**
 * The terminal of one session, from shell to shell: its size, and the record's picture of it. That is stored when it
 * changed, and at most so often while a program writes on it: a screen full of motion costs a few statements a second.
 */
import { performance } from 'node:perf_hooks';
import { limits } from '../sql/contract.ts';
import type { AdoptedSession, Owned } from '../sql/host.ts';
import { untilAnswered } from './database.ts';
import type { Host } from './host.ts';
import {
  type Screen,
  type ShellTerminal,
  type TerminalOptions,
  type TerminalSize,
  withoutLooks,
} from './shell/index.ts';

/** A program that draws writes several times: its picture is taken once it is likely to be whole. */
const settleMs = 20;

/** Follows the terminal of whichever shell is open, and stores its picture. */
export class SessionTerminal {
  /** For the shells of the session; empty where it has no terminal. */
  readonly options: { terminal?: TerminalOptions };
  readonly #host: Host;
  readonly #owned: Owned;
  readonly #failed: (error: Error) => void;
  #terminal: ShellTerminal | null = null;
  #generation = 0;
  #isChanged = false;
  #timer: NodeJS.Timeout | undefined;
  #storing: Promise<void> = Promise.resolve();
  #storedAt = Number.NEGATIVE_INFINITY;
  #stored = '';

  /** `failed`: a picture could not be stored. */
  constructor(host: Host, { tty, cols, rows }: AdoptedSession, owned: Owned, failed: (error: Error) => void) {
    this.#host = host;
    this.#owned = owned;
    this.#failed = failed;
    this.options = tty ? { terminal: { cols, rows, onChange: () => this.#changed() } } : {};
  }

  /** From now on it is the terminal of this shell; null where none is open. */
  attach(terminal: ShellTerminal | null, generation: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#terminal = terminal;
    this.#generation = generation;
    if (terminal === null || !this.options.terminal) return;
    // Another size may have been asked for since the shell was started.
    terminal.resize(this.options.terminal);
    this.#changed();
  }

  resize({ cols, rows }: TerminalSize): void {
    Object.assign(this.options.terminal ?? {}, { cols, rows });
    this.#terminal?.resize({ cols, rows });
    this.#changed();
  }

  /** Resolves once the record has what it shows now, or that failed. */
  save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#storing = this.#storing.then(() => this.#store()).catch(this.#failed);
    return this.#storing;
  }

  #changed(): void {
    this.#isChanged = true;
    if (this.#timer || !this.#terminal) return;
    const waitMs = Math.max(settleMs, this.#storedAt + limits.screenMs - performance.now());
    this.#timer = setTimeout(() => void this.save(), waitMs);
  }

  async #store(): Promise<void> {
    if (!this.#isChanged || !this.#terminal) return;
    const [terminal, generation] = [this.#terminal, this.#generation];
    this.#isChanged = false;
    this.#storedAt = performance.now();
    const screen = bounded(await terminal.screen());
    const content = JSON.stringify([generation, screen]);
    if (content === this.#stored) return;
    const { calls, log, ending } = this.#host;
    try {
      await untilAnswered(() => calls.storeScreen(this.#owned, generation, screen), log, ending);
      this.#stored = content;
    } catch (error) {
      this.#isChanged = true;
      throw error;
    }
  }
}

function bounded(screen: Screen): Screen {
  return Buffer.byteLength(JSON.stringify(screen)) > limits.screenBytesMax ? withoutLooks(screen) : screen;
}
