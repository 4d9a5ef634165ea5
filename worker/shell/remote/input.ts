/** The stdin of an interactive command elsewhere: a part is sent once the one before it was taken there. */
import type { Connection } from './connection.ts';

/** Fits into a FIFO, so that the agent never waits for the command. */
const partBytes = 16 * 1024;

/** The input of one command, from its start to its end. */
export class RemoteInput {
  readonly name: string;
  readonly #connection: Connection;
  #tail: Promise<void> = Promise.resolve();
  #ended = false;
  #isClosed = false;
  #closed = Promise.withResolvers<null>();

  constructor(connection: Connection, name: string) {
    this.name = name;
    this.#connection = connection;
    connection.send(`input ${name}`);
  }

  /** Resolves when there is room for more, or when the command is over and nobody will read it. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#ended) throw new Error('The input has ended.');
    this.#tail = this.#tail.then(() => this.#send(bytes));
    await this.#tail;
  }

  /** End-of-file after what was written. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    void this.#tail.then(() => this.#isClosed || this.#connection.send('eof'));
  }

  /** The command is over. */
  close(): void {
    this.#ended = true;
    this.#isClosed = true;
    this.#closed.resolve(null);
    this.#connection.send('drop');
  }

  async #send(bytes: Uint8Array): Promise<void> {
    let isOver = this.#isClosed;
    for (let from = 0; from < bytes.length && !isOver; from += partBytes) {
      const part = bytes.subarray(from, from + partBytes);
      const taken = this.#connection.next('room');
      this.#connection.send(`stdin ${part.length}`, part);
      isOver = (await Promise.race([taken, this.#closed.promise])) === null;
    }
  }
}
