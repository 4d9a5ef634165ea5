/** What is typed into a terminal, in order. libuv would wait for room with the whole process, so it is not asked to. */
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Answers of the emulator that no program has read yet; beyond it they are lost, since a program may ask without end. */
export const answerBytesMax = 64 * 1024;
const retryFirstMs = 1;
const retryMostMs = 50;

interface Typed {
  bytes: Uint8Array;
  isAnswer: boolean;
  taken: (error?: Error) => void;
}

/** One terminal's input. */
export class Typing {
  #fd: number;
  #waiting: Typed[] = [];
  #answerBytes = 0;
  #isWriting = false;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Resolves once the terminal has taken all. Rejects where it is closed before. Its callers wait, so it needs no limit. */
  type(bytes: Uint8Array): Promise<void> {
    if (this.#fd < 0) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      this.#push({ bytes, isAnswer: false, taken: (error) => (error ? reject(error) : resolve()) });
    });
  }

  /** Types what a program asked for, unless too much of that waits. */
  answer(bytes: Uint8Array): void {
    if (this.#fd < 0 || this.#answerBytes + bytes.length > answerBytesMax) return;
    const last = this.#waiting.at(-1);
    this.#answerBytes += bytes.length;
    // Many small ones become one, for they come a few bytes at a time.
    if (last?.isAnswer && this.#waiting.length > 1) last.bytes = Buffer.concat([last.bytes, bytes]);
    else this.#push({ bytes, isAnswer: true, taken: () => {} });
  }

  /** Nothing is written any more; whoever waits is told. */
  close(): void {
    this.#fd = -1;
    for (const typed of this.#waiting.splice(0)) typed.taken(closedError());
  }

  #push(typed: Typed): void {
    this.#waiting.push(typed);
    if (!this.#isWriting) this.#write().catch(() => this.close());
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    let retryMs = retryFirstMs;
    // A terminal that takes nothing ever again is as good as closed.
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const written = writeNow(this.#fd, next.bytes);
      next.bytes = next.bytes.subarray(written);
      if (next.isAnswer) this.#answerBytes -= written;
      if (next.bytes.length === 0) this.#waiting.shift()?.taken();
      retryMs = written > 0 ? retryFirstMs : Math.min(retryMs * 2, retryMostMs);
      if (next.bytes.length > 0) await delay(retryMs);
    }
    this.#isWriting = false;
  }
}

function closedError(): Error {
  return new Error('The terminal was closed before it had taken all that was typed.');
}

function writeNow(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}
