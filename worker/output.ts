/**
 * One command's output on its way to Postgres: cut into pieces with offsets, held until stored, bounded. Beyond
 * `max_output` the head is stored as it comes and the last bytes wait for the end; what lies between is counted.
 */
import { createHash, type Hash } from 'node:crypto';
import { limits } from '../sql/contract.ts';
import type { OutputPiece } from '../sql/host.ts';
import { Memory, Pieces } from './pieces.ts';
import type { Spool } from './spool.ts';
import { Tail } from './tail.ts';

type StreamNumber = 1 | 2;

interface StreamState {
  /** Bytes the command wrote. */
  total: number;
  /** Bytes that went to the head. */
  head: number;
  tail: Tail;
  /** Made with the first byte: most streams of most commands have none. */
  sha256: Hash | undefined;
}

/** Takes what the command writes, and gives the pieces that are to be stored. */
export class CommandOutput {
  /** Not yet stored, in the order written. */
  readonly #pieces: Pieces;
  readonly #streams: Record<StreamNumber, StreamState>;
  readonly #tailBytesMax: number;
  #headLeft: number;
  #discarding = false;

  /** `heldBytesMax`: what of it may wait in memory; `memory`: what all commands may hold there. */
  constructor(maxOutput: number, heldBytesMax: number, memory = new Memory(heldBytesMax)) {
    // The head is whatever comes first, of both streams; what is left over is for the ends.
    this.#tailBytesMax = Math.min(2 * limits.outputTailBytes, Math.floor(maxOutput / 2));
    this.#headLeft = maxOutput - this.#tailBytesMax;
    this.#pieces = new Pieces(heldBytesMax, memory);
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
    return this.#pieces.room();
  }

  /** True while pieces wait to be stored. */
  get waiting(): boolean {
    return this.#pieces.length > 0;
  }

  /** The next pieces to store, at most `piecesMax`; they are held until `stored` says so. */
  peek(piecesMax: number): OutputPiece[] {
    return this.#pieces.peek(piecesMax);
  }

  /** The caller has sent these: they stay as they are until they are stored. */
  sending(pieces: OutputPiece[]): void {
    this.#pieces.sending(pieces);
  }

  /** The first `count` pieces are stored: there is room again. */
  stored(count: number): void {
    this.#pieces.stored(count);
  }

  /** Postgres does not answer: what memory has no room for goes to the spool. */
  spill(spool: Spool): void {
    this.#pieces.spill(spool);
  }

  /** Postgres answers again: what comes now waits for it. */
  spillNoMore(): void {
    this.#pieces.spillNoMore();
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
      stdout_sha256: digest(stdout),
      stderr_sha256: digest(stderr),
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
    const state = this.#streams[stream];
    state.sha256 ??= createHash('sha256');
    state.sha256.update(bytes);
    this.#pieces.add({ stream, offset, skip, bytes });
  }
}

function streamState(): StreamState {
  return { total: 0, head: 0, tail: new Tail(), sha256: undefined };
}

const ofNothing = createHash('sha256').digest('hex');

function digest({ sha256 }: StreamState): string {
  return sha256?.copy().digest('hex') ?? ofNothing;
}
