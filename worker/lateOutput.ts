/**
 * What background jobs write after their commands have ended: stored in order, up to a limit a command. Beyond it the bytes
 * are counted and the job is slowed down, but never stopped: who reads nothing would block it for good.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { StreamName } from '../sql/contract.ts';

/** A piece is 64 KiB at most: a job that floods goes on with some 640 KB/s. */
const slowedMs = 100;
/** Jobs that write are few. Of more than these the database still keeps the limit, but a repeated call might count twice. */
const talliesMax = 1000;

/** Stores a piece; `offset` is what came before of that command, and the answer whether more is kept. */
type AppendLate = (piece: {
  command: string;
  stream: 1 | 2;
  offset: number | null;
  data: Uint8Array;
  dropped: number;
}) => Promise<boolean>;

interface Tally {
  /** Bytes until now, of both streams; null where that was forgotten. */
  offset: number | null;
  isFull: boolean;
  turn: Promise<void>;
}

/** The late output of all of a session's commands. */
export class LateOutput {
  readonly #append: AppendLate;
  readonly #tallies = new Map<string, Tally>();
  #isForgetful = false;

  constructor(append: AppendLate) {
    this.#append = append;
  }

  /** Takes a piece; resolves when the next one may come. Rejects as the call does. */
  take(command: string, stream: StreamName, bytes: Uint8Array): Promise<void> {
    const tally = this.#tallyOf(command);
    // Both streams of a command share the limit and its offsets.
    tally.turn = tally.turn.catch(() => {}).then(() => this.#store(tally, command, stream === 'stdout' ? 1 : 2, bytes));
    return tally.turn;
  }

  async #store(tally: Tally, command: string, stream: 1 | 2, bytes: Uint8Array): Promise<void> {
    const { offset, isFull } = tally;
    const [data, dropped] = isFull ? [Buffer.of(), bytes.length] : [bytes, 0];
    tally.isFull = !(await this.#append({ command, stream, offset, data, dropped }));
    if (offset !== null) tally.offset = offset + bytes.length;
    if (tally.isFull) await delay(slowedMs);
  }

  #tallyOf(command: string): Tally {
    const known = this.#tallies.get(command);
    if (known) return known;
    if (this.#tallies.size >= talliesMax) {
      for (const oldest of this.#tallies.keys()) {
        this.#tallies.delete(oldest);
        break;
      }
      this.#isForgetful = true;
    }
    const tally = { offset: this.#isForgetful ? null : 0, isFull: false, turn: Promise.resolve() };
    this.#tallies.set(command, tally);
    return tally;
  }
}
