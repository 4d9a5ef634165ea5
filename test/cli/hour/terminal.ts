/** A person's terminal: a shell in tmux, typed into, and read as it looks. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const pollMs = 100;
/** However busy the machine is. */
const shownMsMost = 180_000;
const size = { columns: '100', rows: '30' };

export class Terminal {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** Opens it, with a bash that has these variables. */
  static async open(directory: string, env: Record<string, string>): Promise<Terminal> {
    const terminal = new Terminal(path.join(directory, 'tmux'));
    // Whoever waits for the prompt is told by the shell itself.
    const told = `tmux -S ${terminal.#socket} wait-for -S prompt`;
    const variables = Object.entries({ ...env, PS1: '$ ', PROMPT_COMMAND: told });
    const rcFile = path.join(directory, 'bashrc');
    await writeFile(rcFile, variables.map(([name, value]) => `export ${name}='${value}'\n`).join(''));
    const { columns, rows } = size;
    const shell = ['env', 'HISTFILE=', 'bash', '--noprofile', '--rcfile', rcFile];
    await terminal.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', columns, '-y', rows, ...shell);
    await terminal.#tmux('set-option', '-g', 'history-limit', '100000');
    await terminal.prompt();
    return terminal;
  }

  /** Types a line and waits until the shell asks for the next one. */
  async line(text: string): Promise<void> {
    await this.type(text, 'Enter');
    await this.prompt();
  }

  /** Types without waiting: texts, and names of keys as tmux has them. */
  async type(...keys: string[]): Promise<void> {
    for (const key of keys) await this.#tmux('send-keys', key);
  }

  /** Resolves when the shell asks for a line. */
  async prompt(): Promise<void> {
    await this.#tmux('wait-for', 'prompt');
    // It is about to be shown.
    while (!/(^|\n)\$\s*$/.test(await this.screen())) await delay(pollMs);
  }

  /** Resolves once the screen shows this; throws with what it shows instead when it does not for very long. */
  async shows(text: string): Promise<void> {
    const until = performance.now() + shownMsMost;
    while (!(await this.screen()).includes(text)) {
      if (performance.now() > until) throw new Error(`${JSON.stringify(text)} is not shown:\n${await this.screen()}`);
      await delay(pollMs);
    }
  }

  async screen(): Promise<string> {
    return this.#tmux('capture-pane', '-p');
  }

  /** All that went by. */
  async transcript(): Promise<string> {
    return `${(await this.#tmux('capture-pane', '-p', '-S', '-')).trimEnd()}\n`;
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server');
  }

  async #tmux(...args: string[]): Promise<string> {
    const { stdout } = await run('tmux', ['-S', this.#socket, ...args], { maxBuffer: 100_000_000 });
    return stdout;
  }
}
