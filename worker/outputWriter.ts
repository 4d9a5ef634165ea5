/**
 * Writes the output of all running commands in batches: a statement carries what several of them have waiting, two statements are
 * under way at most, and one command's pieces are in at most one of them, so that offsets stay in order.
 */
import type { Log } from '../sql/contract.ts';
import type { AttemptPiece, HostCalls } from '../sql/host.ts';
import { bytesSent } from './collect.ts';
import { untilAnswered } from './database.ts';
import { gathering } from './gathering.ts';
import { type Lane, newLane } from './lane.ts';
import type { CommandOutput } from './output.ts';
import { Memory } from './pieces.ts';
import type { Spools } from './spool.ts';

/** 8 rows of 64 KiB: more gains nothing, and each row is in memory several times over while it is sent. */
const piecesMax = 8;
const statementsMax = 2;
/** No answer for so long: Postgres is away, or as good as that, and nobody should wait for it. */
const stallMs = 1_000;

/** `memoryBytesMax`: what all commands may hold. Once `ending` is aborted nothing is written any more. */
type Held = { memoryBytesMax: number; spools: Spools; ending: AbortSignal };

/** One for a host: gives each command a lane, and stores what waits in all of them. */
export class OutputWriter {
  readonly memory: Memory;
  readonly #lanes = new Set<Lane>();
  readonly #incarnation: string;
  readonly #calls: HostCalls;
  readonly #log: Log;
  readonly #held: Held;
  #isStalled = false;
  #statements = 0;

  constructor(incarnation: string, calls: HostCalls, log: Log, held: Held) {
    this.#incarnation = incarnation;
    this.#calls = calls;
    this.#held = held;
    this.memory = new Memory(held.memoryBytesMax);
    this.#log = log;
  }

  /** Opens a lane for a claimed command. */
  open(attempt: string, output: CommandOutput): Lane {
    const lane = newLane(attempt, output);
    this.#lanes.add(lane);
    if (this.#isStalled) this.#spill(lane);
    return lane;
  }

  /** Something was pushed: it is written soon. */
  readonly wake = gathering(() => this.#pump());

  /** Resolves when nothing of this lane is under way and at most `pieces` wait: few enough to go with the finish. */
  async settle(lane: Lane, pieces: number): Promise<void> {
    while (lane.flushing || (!lane.refused && lane.output.peek(pieces + 1).length > pieces)) {
      const settled = new Promise<void>((resolve) => lane.idleWaiters.push(resolve));
      if (!lane.flushing) this.#pump();
      await settled;
    }
  }

  /** The command is finished: its lane is closed. */
  close(lane: Lane): void {
    this.#lanes.delete(lane);
    lane.output.discard();
  }

  #pump(): void {
    while (this.#statements < statementsMax) {
      const batch = this.#nextBatch();
      if (batch.size === 0) return;
      this.#statements += 1;
      void this.#write(batch).finally(() => {
        this.#statements -= 1;
        this.#pump();
      });
    }
  }

  #nextBatch(): Map<Lane, AttemptPiece[]> {
    const batch = new Map<Lane, AttemptPiece[]>();
    let left = piecesMax;
    for (const lane of this.#lanes) {
      if (left === 0) break;
      if (lane.flushing || lane.refused || !lane.output.waiting) continue;
      const pieces = lane.output.peek(left);
      lane.output.sending(pieces);
      lane.flushing = true;
      left -= pieces.length;
      batch.set(
        lane,
        pieces.map((piece) => ({ ...piece, attempt: lane.attempt })),
      );
    }
    return batch;
  }

  async #write(batch: Map<Lane, AttemptPiece[]>): Promise<void> {
    const late = setTimeout(() => this.#stall(), stallMs);
    const refusals = await untilAnswered(() => this.#append(batch), this.#log, this.#held.ending).catch(
      (error: Error) => this.#refuseAll(batch, error),
    );
    clearTimeout(late);
    bytesSent([...batch.values()].flat().reduce((sum, { bytes }) => sum + bytes.length, 0));
    this.#goOn();
    for (const [lane, pieces] of batch) {
      lane.flushing = false;
      lane.refused = refusals[lane.attempt] !== undefined;
      if (lane.refused) this.#log('warn', 'output_refused', { attempt: lane.attempt, reason: refusals[lane.attempt] });
      // What is refused belongs to a command that was given up: it is let go, so that its shell is not blocked.
      if (lane.refused) lane.output.discard();
      else lane.output.stored(pieces.length);
      for (const waiter of lane.idleWaiters.splice(0)) waiter();
    }
  }

  async #append(batch: Map<Lane, AttemptPiece[]>) {
    this.#held.ending.throwIfAborted();
    return this.#calls.appendOutput(this.#incarnation, [...batch.values()].flat());
  }

  #stall(): void {
    if (!this.#isStalled) this.#log('warn', 'output_held', { commands: this.#lanes.size });
    this.#isStalled = true;
    for (const lane of this.#lanes) this.#spill(lane);
  }

  #spill(lane: Lane): void {
    if (!lane.refused) lane.output.spill(this.#held.spools.open(lane.attempt));
  }

  #goOn(): void {
    if (this.#isStalled) this.#log('info', 'output_flows', { commands: this.#lanes.size });
    this.#isStalled = false;
    for (const lane of this.#lanes) lane.output.spillNoMore();
  }

  #refuseAll(batch: Map<Lane, AttemptPiece[]>, error: Error): Record<string, string> {
    this.#log(this.#held.ending.aborted ? 'warn' : 'error', 'output_not_stored', { error: error.message });
    return Object.fromEntries([...batch.keys()].map((lane) => [lane.attempt, error.message]));
  }
}
