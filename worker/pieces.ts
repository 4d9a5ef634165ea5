/** Pieces of output on their way to Postgres: held in memory up to a bound, beyond it on disk or not at all. */
import { limits } from '../sql/contract.ts';
import type { OutputPiece } from '../sql/host.ts';
import type { Spool } from './spool.ts';

/** How much all commands of a host hold in memory together. */
export class Memory {
  readonly #bytesMax: number;
  #bytes = 0;
  #waiters: (() => void)[] = [];

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get isFull(): boolean {
    return this.#bytes > this.#bytesMax;
  }

  /** Resolves once half of it is free. */
  room(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  change(count: number): void {
    this.#bytes += count;
    if (this.#bytes <= this.#bytesMax / 2) for (const waiter of this.#waiters.splice(0)) waiter();
  }
}

interface Held extends OutputPiece {
  /** Where in the spool its bytes are, and how many; `bytes` is empty then. */
  spooled?: { at: number; length: number };
  /** It has been copied into a statement and must stay as it is. */
  isSent?: boolean;
}

/** The pieces of one command, first in, first out. */
export class Pieces {
  readonly #pieces: Held[] = [];
  readonly #bytesMax: number;
  readonly #memory: Memory;
  #bytes = 0;
  #waiters: (() => void)[] = [];
  #spool: Spool | null = null;
  #isSpilling = false;
  /** The last piece went to disk: who writes need not wait. */
  #hasSpilled = false;

  /** `bytesMax`: what this command may hold in memory. */
  constructor(bytesMax: number, memory: Memory) {
    this.#bytesMax = bytesMax;
    this.#memory = memory;
  }

  get length(): number {
    return this.#pieces.length;
  }

  /** Takes a copy of the bytes. */
  add(piece: OutputPiece): void {
    const last = this.#pieces.at(-1);
    const isFull = this.#bytes + piece.bytes.length > this.#bytesMax || this.#memory.isFull;
    this.#hasSpilled = isFull && this.#isSpilling && this.#addToSpool(piece, last);
    if (this.#hasSpilled) return;
    // Many small writes become one row.
    if (last && !last.spooled && mayGrow(last, piece)) last.bytes = Buffer.concat([last.bytes, piece.bytes]);
    else this.#pieces.push({ ...piece, bytes: Buffer.from(piece.bytes) });
    this.#count(piece.bytes.length);
  }

  /** Undefined where more may come; else it resolves once there is room. */
  room(): Promise<void> | undefined {
    const isOwn = this.#bytes > this.#bytesMax;
    if (this.#hasSpilled || (!isOwn && (this.#bytes === 0 || !this.#memory.isFull))) return undefined;
    const own = new Promise<void>((resolve) => this.#waiters.push(resolve));
    return isOwn ? own : Promise.race([own, this.#memory.room()]);
  }

  /** The next ones, at most `count`; they are held until `stored` says so. */
  peek(count: number): OutputPiece[] {
    const next = this.#pieces.slice(0, count);
    for (const piece of next) this.#load(piece);
    return next;
  }

  /** These go into a statement. */
  sending(pieces: OutputPiece[]): void {
    for (const piece of pieces as Held[]) piece.isSent = true;
  }

  /** The first `count` are stored. */
  stored(count: number): void {
    const gone = this.#pieces.splice(0, count);
    this.#count(-gone.reduce((sum, piece) => sum + piece.bytes.length, 0));
    if (!this.#pieces.some(({ spooled }) => spooled)) this.#spool?.clear();
    if (this.#bytes <= this.#bytesMax / 2) this.#wake();
  }

  /** Postgres does not answer: what memory has no room for goes to the spool from now on. */
  spill(spool: Spool): void {
    this.#spool ??= spool;
    this.#isSpilling = true;
    this.#wake();
  }

  /** Postgres answers again. */
  spillNoMore(): void {
    this.#isSpilling = false;
  }

  #addToSpool(piece: OutputPiece, last: Held | undefined): boolean {
    const at = this.#spool?.write(piece.bytes) ?? null;
    if (at === null) return false;
    const { length } = piece.bytes;
    if (last?.spooled && last.spooled.at + last.spooled.length === at && mayGrow(last, piece))
      last.spooled.length += length;
    else this.#pieces.push({ ...piece, bytes: Buffer.of(), spooled: { at, length } });
    return true;
  }

  #load(piece: Held): void {
    if (!piece.spooled || !this.#spool) return;
    piece.bytes = this.#spool.read(piece.spooled.at, piece.spooled.length);
    delete piece.spooled;
    this.#count(piece.bytes.length);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#memory.change(bytes);
  }

  #wake(): void {
    for (const waiter of this.#waiters.splice(0)) waiter();
  }
}

/** Whether `piece` goes on where `last` ends, in the same row. */
function mayGrow(last: Held, { stream, offset, skip, bytes }: OutputPiece): boolean {
  const length = last.spooled?.length ?? last.bytes.length;
  return (
    !last.isSent &&
    skip === 0 &&
    last.stream === stream &&
    last.offset + length === offset &&
    length + bytes.length <= limits.outputChunkBytes
  );
}
