/**
 * One command's output on its way to Postgres: cut into pieces with offsets, held until stored, bounded. Beyond
 * `max_output` the head is stored as it comes and the last bytes wait for the end; what lies between is counted.
 */
import { createHash } from 'node:crypto';
import { limits } from '../sql/contract.ts';
import type { OutputPiece } from '../sql/host.ts';
import { Tail } from './tail.ts';

type StreamNumber = 1 | 2;

interface StreamState {
  /** Bytes the command wrote. */
  total: number;
  /** Bytes that went to the head. */
  head: number;
  tail: Tail;
  sha256: ReturnType<typeof createHash>;
}

export class CommandOutput {
  /** Pieces not yet stored, in the order written. */
  readonly #pieces: OutputPiece[] = [];
  readonly #streams: Record<StreamNumber, StreamState>;
  readonly #heldBytesMax: number;
  readonly #tailBytesMax: number;
  #headLeft: number;
  #heldBytes = 0;
  #roomWaiters: (() => void)[] = [];
  #discarding = false;
  readonly #sent = new WeakSet<OutputPiece>();

  constructor(maxOutput: number, heldBytesMax: number) {
    // The head is whatever comes first, of both streams; what is left over is for the ends.
    this.#tailBytesMax = Math.min(2 * limits.outputTailBytes, Math.floor(maxOutput / 2));
    this.#headLeft = maxOutput - this.#tailBytesMax;
    this.#heldBytesMax = heldBytesMax;
    this.#streams = { 1: streamState(), 2: streamState() };
  }

  /** Takes bytes; the promise resolves once there is room for more. `bytes` may be reused by the caller afterwards. */
  push(stream: StreamNumber, bytes: Uint8Array): Promise<void> | undefined {
    const state = this.#streams[stream];
    const head = state.total === state.head ? bytes.subarray(0, this.#headLeft) : bytes.subarray(0, 0);
    for (let at = 0; at < head.length; at += limits.outputChunkBytes) {
      this.#hold(stream, state.head + at, 0, head.subarray(at, at + limits.outputChunkBytes));
    }
    state.total += bytes.length;
    state.head += head.length;
    this.#headLeft -= head.length;
    if (head.length < bytes.length) this.#keep(stream, bytes.subarray(head.length));
    return this.#heldBytes > this.#heldBytesMax ? this.#room() : undefined;
  }

  /** True while pieces wait to be stored. */
  get waiting(): boolean {
    return this.#pieces.length > 0;
  }

  /** The next pieces to store, at most `piecesMax`; they are held until `stored` says so. */
  peek(piecesMax: number): OutputPiece[] {
    return this.#pieces.slice(0, piecesMax);
  }

  /** The first `count` pieces are stored: there is room again. */
  stored(count: number): void {
    for (const piece of this.#pieces.splice(0, count)) this.#heldBytes -= piece.bytes.length;
    if (this.#heldBytes > this.#heldBytesMax / 2) return;
    for (const waiter of this.#roomWaiters.splice(0)) waiter();
  }

  /** The command was given up and nothing more of it is accepted: what is held and what comes is let go. */
  discard(): void {
    this.#discarding = true;
    this.stored(this.#pieces.length);
  }

  /** No more will come: the kept ends become pieces, each with the hole before it. */
  close(): void {
    for (const stream of [1, 2] as const) {
      const state = this.#streams[stream];
      const tail = state.tail.bytes();
      const hole = state.total - state.head - tail.length;
      // An empty piece tells of a hole up to the end.
      for (let at = 0; at < tail.length || (at === 0 && hole > 0); at += limits.outputChunkBytes) {
        const piece = tail.subarray(at, at + limits.outputChunkBytes);
        this.#hold(stream, state.head + hole + at, at === 0 ? hole : 0, piece);
      }
    }
  }

  /** Totals of the original streams and digests of what is stored; call after `close`. */
  totals() {
    const { 1: stdout, 2: stderr } = this.#streams;
    return {
      stdout_bytes: stdout.total,
      stderr_bytes: stderr.total,
      stdout_sha256: stdout.sha256.copy().digest('hex'),
      stderr_sha256: stderr.sha256.copy().digest('hex'),
    };
  }

  /** Keeps the ends of both streams in one room: half is each one's own, and what the other leaves free. */
  #keep(stream: StreamNumber, bytes: Uint8Array): void {
    const { 1: stdout, 2: stderr } = this.#streams;
    const half = Math.ceil(this.#tailBytesMax / 2);
    this.#streams[stream].tail.push(bytes);
    if (stdout.tail.length + stderr.tail.length <= this.#tailBytesMax) return;
    stdout.tail.trim(Math.max(half, this.#tailBytesMax - stderr.tail.length));
    stderr.tail.trim(this.#tailBytesMax - stdout.tail.length);
  }

  #hold(stream: StreamNumber, offset: number, skip: number, bytes: Uint8Array): void {
    if (this.#discarding) return;
    this.#streams[stream].sha256.update(bytes);
    const last = this.#pieces.at(-1);
    // Many small writes become one row; the row being sent right now is never changed, since it was copied.
    if (last && this.#mayGrow(last, stream, offset, skip, bytes)) {
      last.bytes = Buffer.concat([last.bytes, bytes]);
    } else {
      this.#pieces.push({ stream, offset, skip, bytes: Buffer.from(bytes) });
    }
    this.#heldBytes += bytes.length;
  }

  #mayGrow(last: OutputPiece, stream: StreamNumber, offset: number, skip: number, bytes: Uint8Array): boolean {
    const fits = last.bytes.length + bytes.length <= limits.outputChunkBytes;
    return (
      fits &&
      !this.#sent.has(last) &&
      last.stream === stream &&
      skip === 0 &&
      last.offset + last.bytes.length === offset
    );
  }

  /** The caller has sent these: they stay as they are until they are stored. */
  sending(pieces: OutputPiece[]): void {
    for (const piece of pieces) this.#sent.add(piece);
  }

  #room(): Promise<void> {
    return new Promise((resolve) => this.#roomWaiters.push(resolve));
  }
}

function streamState(): StreamState {
  return { total: 0, head: 0, tail: new Tail(), sha256: createHash('sha256') };
}
