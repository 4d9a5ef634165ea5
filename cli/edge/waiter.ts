/** One wait for one command. What was heard before anybody asked is kept: nothing is missed between submit and wait. */
import { sleep, type Wait } from '../../functions/waits.ts';
import type { CommandRow } from '../../sql/contract.ts';

/** While ends cannot be heard, the command is looked at this often instead. */
const deafPollMs = 100;
/** Why a wait ends early. Without a reason an error is made for each, which takes longer than all else. */
const news = 'there is news';

class Waiter implements Wait {
  readonly #isListening: () => boolean;
  readonly #onRelease: (waiter: Waiter) => void;
  #woken = false;
  #answer: CommandRow | undefined;
  #heard: AbortController | undefined;

  constructor(isListening: () => boolean, onRelease: (waiter: Waiter) => void) {
    this.#isListening = isListening;
    this.#onRelease = onRelease;
  }

  get answer(): CommandRow | undefined {
    return this.#answer;
  }

  /** Has whoever waits look now; `answer` is what there is to see. */
  wake(answer?: CommandRow): void {
    this.#answer ??= answer;
    this.#woken = true;
    this.#heard?.abort(news);
  }

  async ended(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#woken) {
      this.#heard = new AbortController();
      const patienceMs = this.#isListening() ? timeoutMs : Math.min(timeoutMs, deafPollMs);
      await sleep(patienceMs, AbortSignal.any([signal, this.#heard.signal]));
      this.#heard = undefined;
    }
    const isWoken = this.#woken;
    this.#woken = false;
    return isWoken;
  }

  release(): void {
    this.#onRelease(this);
  }
}

/** The waiters of every command that somebody waits for. */
export class Waiters {
  readonly #byCommand = new Map<string, Set<Waiter>>();

  add(commandId: string, isListening: () => boolean): Waiter {
    const waiter = new Waiter(isListening, (released) => this.#remove(commandId, released));
    const same = this.#byCommand.get(commandId) ?? new Set();
    this.#byCommand.set(commandId, same.add(waiter));
    return waiter;
  }

  wake(commandId: string, answer?: CommandRow): void {
    for (const waiter of this.#byCommand.get(commandId) ?? []) waiter.wake(answer);
  }

  wakeAll(): void {
    for (const commandId of this.#byCommand.keys()) this.wake(commandId);
  }

  /** Commands that are waited for. */
  get size(): number {
    return this.#byCommand.size;
  }

  #remove(commandId: string, waiter: Waiter): void {
    const same = this.#byCommand.get(commandId);
    same?.delete(waiter);
    if (same?.size === 0) this.#byCommand.delete(commandId);
  }
}
