/** A session with a terminal, worked in as if one sat at it: a prompt while nothing runs, and its terminal while something does. */
import { setTimeout as delay } from 'node:timers/promises';
import { shortDirectory } from '../../html/text.ts';
import type { Command, Session } from '../../sql/contract.ts';
import type { Api } from '../api.ts';
import { UsageError } from '../client/problem.ts';
import { oneLine } from '../terminal/style.ts';
import { sentenceOf } from '../watch/ending.ts';
import { ask } from './prompt.ts';
import { showRunning } from './running.ts';
import { shake, sizeTo } from './size.ts';

/** How soon one sees that somebody else runs something. */
const lookMs = 1_000;
const historyMax = 500;

/** Resolves with the exit code when it is detached from, or the session is closed. */
export async function attach(api: Api, name: string, detachKey: number): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new UsageError('Attaching needs a terminal. `limpet exec` and `limpet tail` do without.');
  const session = await api.client.readSession(name);
  if (!session.tty)
    throw new UsageError(
      `${name} has no terminal. Work in it by limpet exec, or open one that has: limpet open NAME --tty`,
    );
  const resize = () => sizeTo(api, session.id);
  await resize();
  process.stdout.on('resize', () => void resize().catch(() => {}));
  const history = await pastCommands(api, session.id);
  api.tell(`Attached to ${name}. ${keyName(detachKey)} detaches and leaves everything as it is.`);
  // All the time: what is typed between two readers waits, unseen, for the next one.
  process.stdin.setRawMode(true);
  try {
    return await new Attached(api, session, name, detachKey, history).run();
  } finally {
    process.stdin.setRawMode(false);
  }
}

class Attached {
  readonly #api: Api;
  readonly #id: string;
  readonly #name: string;
  readonly #detachKey: number;
  readonly #history: string[];
  #entered: string[] = [];
  #draft = '';
  #code: number | null = 0;

  constructor(api: Api, { id }: Session, name: string, detachKey: number, history: string[]) {
    this.#api = api;
    this.#id = id;
    this.#name = name;
    this.#detachKey = detachKey;
    this.#history = history;
  }

  async run(): Promise<number> {
    for (;;) {
      const session = await this.#api.client.readSession(this.#id);
      if (session.state === 'closed') return this.#leave('The session is closed.');
      const command = await this.#next(session);
      if (command === 'detached') return this.#leave(`Detached. \`limpet attach ${this.#name}\` comes back.`);
      if (command === undefined) continue;
      const { progress, detached } = await showRunning(this.#api, command, this.#detachKey, () =>
        shake(this.#api, this.#id),
      );
      if (detached) return this.#leave(`Detached; what runs goes on. \`limpet attach ${this.#name}\` comes back.`);
      this.#code = progress?.exit_code ?? null;
      const sentence = progress && sentenceOf(progress, false);
      if (sentence) this.#api.tell(sentence);
    }
  }

  #leave(sentence: string): number {
    this.#api.tell(sentence);
    return 0;
  }

  /** What is to be shown next: what runs, or what was entered; undefined when there is reason to look again. */
  async #next(session: Session): Promise<Command | 'detached' | undefined> {
    const { client } = this.#api;
    if (session.running_command_id !== null) {
      const running = await client.readCommand(session.running_command_id);
      process.stdout.write(
        `${this.#api.style.dim(`${this.#name}:${running.seq} runs: ${oneLine(running.command.trim())}`)}\n`,
      );
      return running;
    }
    const entered = this.#entered.shift();
    if (entered !== undefined) return client.submit(this.#id, { command: entered });
    const { lines, draft, detached } = await this.#ask(session);
    if (detached) return 'detached';
    this.#draft = draft;
    this.#entered = lines.filter((line) => line.trim() !== '');
    this.#history.unshift(...this.#entered.toReversed());
    return undefined;
  }

  async #ask({ cwd, id }: Session) {
    const directory = cwd === null ? '~' : shortDirectory(cwd, id);
    const { style } = this.#api;
    const failed = this.#code === 0 ? '' : `${style.bad(`[${this.#code ?? '?'}]`)} `;
    const taken = new AbortController();
    void this.#untilBusy(taken.signal).then(
      () => taken.abort(),
      () => {},
    );
    const prompt = `${failed}${style.bold(this.#name)} ${directory} $ `;
    const answer = await ask({
      prompt,
      history: this.#history,
      draft: this.#draft,
      detachKey: this.#detachKey,
      signal: taken.signal,
    });
    if (taken.signal.aborted || answer.detached) process.stdout.write('\n');
    taken.abort();
    return answer;
  }

  /** Resolves when somebody else runs something, or closes the session. */
  async #untilBusy(signal: AbortSignal): Promise<void> {
    for (;;) {
      await delay(lookMs, undefined, { signal });
      const { running_command_id: running, state } = await this.#api.client.readSession(this.#id);
      if (running !== null || state === 'closed') return;
    }
  }
}

async function pastCommands(api: Api, session: string): Promise<string[]> {
  const { items } = await api.client.listCommands({ session, limit: historyMax });
  return items.map(({ command }) => command).filter((command) => !command.includes('\n'));
}

function keyName(key: number): string {
  return `Ctrl-${String.fromCharCode(key + 64)}`;
}
