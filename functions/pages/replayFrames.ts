/**
 * A recording as the replay page plays it: what is added to the page, and when. Made from the stored pieces a page at a time; a page
 * holds whole commands, so that each can be made without what was before it.
 */

import { cursorAt, type OutputHtml, renderOutput, type StreamCursor } from '../../html/output.ts';
import { commandHead, cutShort, pieces } from '../../html/replay.ts';
import { badge } from '../../html/words.ts';
import type { CommandState } from '../../sql/contract.ts';
import type { RecordingRow } from '../../sql/edge.ts';
import { joined } from '../bytes.ts';

/** `at`: ms since 1970. `head` begins a command, `add` goes behind its output, `open` in place of what may still change, `set` in place of all. */
export interface Frame {
  at: number;
  seq: number;
  head?: string;
  add?: string;
  open?: string;
  set?: string;
  end?: string;
}

/** Where the next page begins; null where it is over. */
export interface FramePage {
  frames: Frame[];
  next: { seq: number; position: number } | null;
}

/** Output of one command that is played; the rest is said to be there. */
export const playedBytesMax = 512 * 1024;
/** Pieces of one stream so close together are one frame: nobody sees the difference. */
const frameMs = 40;
/** Behind every piece of a command's output: there its end is. */
export const behindAll = 2 ** 52;

interface Stream {
  /** All of it so far, and the part behind what can no longer change. */
  all: Uint8Array;
  cursor: StreamCursor;
  open: string;
}

/** Makes frames of rows that begin with a command, or with the end of one whose output was cut short. */
export function framesOf(rows: RecordingRow[]): FramePage {
  const last = rows.at(-1);
  if (last === undefined) return { frames: [], next: null };
  const isCut = last.kind !== 'end';
  const isAlone = rows.every(({ seq }) => seq === last.seq);
  const shown = isCut && !isAlone ? rows.filter(({ seq }) => seq !== last.seq) : rows;
  const command = new CommandFrames();
  for (const row of shown) command.take(row);
  const isLong = isCut && isAlone && bytesOf(rows) >= playedBytesMax;
  if (isLong) command.cut(last);
  return { frames: command.frames, next: nextOf(last, isCut, isAlone, isLong) };
}

function nextOf(last: RecordingRow, isCut: boolean, isAlone: boolean, isLong: boolean): FramePage['next'] {
  if (!isCut) return { seq: last.seq + 1, position: -1 };
  if (!isAlone) return { seq: last.seq, position: -1 };
  // It goes on for longer than is played, or it has not ended, and then nothing is behind it.
  return isLong ? { seq: last.seq, position: behindAll } : null;
}

function bytesOf(rows: RecordingRow[]): number {
  return rows.reduce((sum, { data }) => sum + data.length, 0);
}

/** The frames of one command after another. */
class CommandFrames {
  readonly frames: Frame[] = [];
  #streams = new Map<number, Stream>();
  #bytes = 0;
  #isCut = false;

  take(row: RecordingRow): void {
    const { seq, kind } = row;
    const at = row.at_us / 1000;
    if (kind === 'command') {
      this.#streams = new Map();
      this.#bytes = 0;
      this.#isCut = false;
      this.frames.push({ at, seq, head: String(commandHead(seq, new TextDecoder().decode(row.data))) });
    } else if (kind === 'output') this.#output(row, at);
    else this.frames.push(endFrame(row, at));
  }

  /** There is more than is played. */
  cut({ seq, at_us }: RecordingRow): void {
    if (!this.#isCut) this.frames.push({ at: at_us / 1000, seq, add: String(cutShort()) });
    this.#isCut = true;
  }

  #output(row: RecordingRow, at: number): void {
    if (this.#bytes >= playedBytesMax) {
      this.cut(row);
      return;
    }
    this.#bytes += row.data.length;
    const number = row.stream ?? 1;
    const stream = this.#streams.get(number) ?? { all: new Uint8Array(), cursor: cursorAt(0), open: '' };
    this.#streams.set(number, stream);
    stream.all = joined([stream.all, row.data], stream.all.length + row.data.length);
    const shown = renderOutput(stream.all.subarray(stream.cursor.from), stream.cursor, false);
    if (shown.restart) this.#restart(at, row.seq);
    else this.#grow(at, row.seq, number, stream, shown);
  }

  #grow(at: number, seq: number, number: number, stream: Stream, shown: OutputHtml): void {
    stream.cursor = shown.cursor;
    stream.open = shown.open;
    const add = String(pieces(number, shown.fixed));
    const last = this.frames.at(-1);
    if (last?.seq === seq && last.open !== undefined && last.set === undefined && at - last.at < frameMs) {
      last.add = (last.add ?? '') + add;
      last.open = this.#open();
    } else this.frames.push({ at, seq, ...(add ? { add } : {}), open: this.#open() });
  }

  /** A program changed what could no longer change: all of it again. */
  #restart(at: number, seq: number): void {
    let set = '';
    for (const [number, stream] of this.#streams) {
      const shown = renderOutput(stream.all, cursorAt(0), false);
      stream.cursor = shown.cursor;
      stream.open = shown.open;
      set += String(pieces(number, shown.fixed));
    }
    this.frames.push({ at, seq, set, open: this.#open() });
  }

  #open(): string {
    return [...this.#streams].map(([number, { open }]) => String(pieces(number, open))).join('');
  }
}

/** How a command ended. */
export function endFrame({ seq, data }: RecordingRow, at: number): Frame {
  const [state = 'exited', code] = new TextDecoder().decode(data).split(' ');
  const outcome = { state: state as CommandState, exit_code: code === undefined ? null : Number(code) };
  return { at, seq, end: String(badge(outcome)) };
}
