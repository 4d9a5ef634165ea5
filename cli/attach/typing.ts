/** Keys pressed at the terminal that one sits at, sent to the remote one in order. */
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import type { Key } from '../../sql/contract.ts';
import type { Client } from '../client/index.ts';
import { Refused } from '../client/problem.ts';

/** Sent at once: what the API takes in a call is 64 KiB, in which a character may have four bytes. */
const pieceCharactersMax = 16_000;
const fullMs = 200;

/** One sitting: takes what is typed, and sends it while what was typed before is on its way. */
export class Typing {
  readonly #client: Client;
  readonly #session: string;
  readonly #failed: (error: Error) => void;
  readonly #decoder = new StringDecoder('utf8');
  #waiting = '';
  #sending: Promise<void> | undefined;

  /** `failed`: what was typed may not have arrived. It is not sent again, for it might arrive twice. */
  constructor(client: Client, session: string, failed: (error: Error) => void) {
    this.#client = client;
    this.#session = session;
    this.#failed = failed;
  }

  /** Takes bytes as the terminal sends them; those pressed while others are on their way go together. */
  press(bytes: Uint8Array): void {
    this.#waiting += this.#decoder.write(Buffer.from(bytes));
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  /** Resolves once all has been sent. */
  async sent(): Promise<void> {
    await this.#sending;
  }

  async #send(): Promise<void> {
    while (this.#waiting !== '') {
      const piece = this.#waiting.slice(0, pieceCharactersMax);
      this.#waiting = this.#waiting.slice(piece.length);
      try {
        await this.#client.typeKeys(this.#session, keysOf(piece));
      } catch (error) {
        if (!(error instanceof Refused && error.code === 'keys_full')) return this.#failed(error as Error);
        this.#waiting = piece + this.#waiting;
        await delay(fullMs);
      }
    }
  }
}

/** Text as it is; NUL, which no JSON text of ours may hold, by the name of its key. */
export function keysOf(text: string): Key[] {
  const parts = text.split('\0').flatMap((part, index): Key[] => [...(index > 0 ? ['C-Space'] : []), { text: part }]);
  return parts.filter((key) => typeof key === 'string' || key.text !== '');
}
