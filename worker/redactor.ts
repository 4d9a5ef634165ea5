/**
 * One stream without the secrets of its session: each is replaced by `[secret NAME]` before anything is stored, counted or hashed, also where it
 * comes in pieces. What may be the beginning of one waits for the bytes after it, or for the end.
 */
import type { Secrets } from './secrets.ts';

/** One for each stream of a command; null where there are no secrets. */
export function redactors(secrets: Secrets): { stdout: Redactor; stderr: Redactor } | null {
  return secrets.size === 0 ? null : { stdout: new Redactor(secrets), stderr: new Redactor(secrets) };
}

/** Takes the bytes of one stream as they come, and gives those that may be stored. */
export class Redactor {
  readonly #names = new Map<string, string>();
  readonly #pattern: RegExp;
  readonly #longest: number;
  #held = '';

  /** Of at least one secret. */
  constructor(secrets: Secrets) {
    for (const [name, value] of secrets) this.#names.set(Buffer.from(value).toString('latin1'), name);
    // The longest first: one may begin with another.
    const values = [...this.#names.keys()].sort((a, b) => b.length - a.length);
    this.#longest = values[0]?.length ?? 0;
    this.#pattern = new RegExp(values.map((value) => value.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
  }

  /** The bytes that are sure to be no part of a secret, with what is one replaced. */
  push(bytes: Uint8Array): Uint8Array {
    const text = this.#held + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    let [done, at] = ['', 0];
    for (const { index, 0: value } of text.matchAll(this.#pattern)) {
      // One that is longer may begin before this one, or here, and go on in the bytes to come.
      if (this.#beginning(text, at, index + 1) <= index) break;
      done += `${text.slice(at, index)}[secret ${this.#names.get(value)}]`;
      at = index + value.length;
    }
    const begun = this.#beginning(text, at, text.length);
    this.#held = text.slice(begun);
    return Buffer.from(done + text.slice(at, begun), 'latin1');
  }

  /** Something waits for what may come after it. */
  get isHolding(): boolean {
    return this.#held !== '';
  }

  /** The stream has ended: what waited was no secret. */
  end(): Uint8Array {
    const rest = this.#held.replaceAll(this.#pattern, (value) => `[secret ${this.#names.get(value)}]`);
    this.#held = '';
    return Buffer.from(rest, 'latin1');
  }

  /** Where in `text`, from `at` to before `limit`, what is left of it may be the beginning of a secret that is not whole yet; else its end. */
  #beginning(text: string, at: number, limit: number): number {
    for (let index = Math.max(at, text.length - this.#longest + 1); index < limit; index += 1) {
      for (const value of this.#names.keys()) {
        const left = text.length - index;
        if (left < value.length && value.startsWith(text.slice(index))) return index;
      }
    }
    return limit;
  }
}
