/**
 * A stream's bytes as HTML, a piece at a time. What can no longer change is given once ("fixed"); what may still change, such
 * as an unfinished line or a progress bar, is "open" and given again with the next piece. A cursor says where to read on: it
 * is small, is at a line's start, and is all that the page keeps.
 */
import { type AnsiState, feed, isAtRest, startState } from './ansi.ts';
import { paintRows } from './paint.ts';
import { heightRows, rowsMax } from './screen.ts';
import { plain, type Style } from './style.ts';

/** `from`: the offset to read from. `seen`: the offset up to which was shown. `rows`: how many are shown and fixed. */
export interface StreamCursor {
  from: number;
  seen: number;
  rows: number;
  style: Style;
}

/**
 * One piece of a stream. `restart`: a program changed what was given as fixed, so show it all again from further back.
 * `isCut`: there were more than `linesMax` lines in it, and only the last are here. `start`: the offset at which what is here begins.
 */
export interface OutputHtml {
  fixed: string;
  open: string;
  cursor: StreamCursor;
  restart: boolean;
  isCut: boolean;
  start: number;
}

/** Lines shown of a stream at once; the rest is behind a link. The page stays quick, and the browser's search works in it. */
export const linesMax = rowsMax;
/** Read and rendered at once: 2,000 lines of 130 characters. */
export const readBytesMax = 256 * 1024;
/** A line longer than this is fixed before it has ended. */
const openBytesMax = 64 * 1024;

/** The cursor at a stream's start, or at any offset of which nothing before is shown. */
export function cursorAt(offset: number): StreamCursor {
  return { from: offset, seen: offset, rows: 0, style: plain };
}

interface Boundary {
  offset: number;
  row: number;
  style: Style;
}

/** Renders the bytes that follow `cursor.from`. `ended`: no byte will follow them. */
export function renderOutput(bytes: Uint8Array, cursor: StreamCursor, ended: boolean): OutputHtml {
  const state = startState(cursor.style, cursor.rows);
  const boundaries = feedLines(state, bytes, cursor, ended);
  const boundary = ended ? undefined : boundaryOf(state, boundaries, bytes, cursor);
  const { rows, first } = state.screen;
  const split = boundary ? Math.max(0, boundary.row - first) : rows.length;
  const skipped = Math.max(0, rows.length - linesMax);
  const fixed = paintRows(rows.slice(skipped, split));
  return {
    fixed: split > skipped && split < rows.length ? `${fixed}\n` : fixed,
    open: paintRows(rows.slice(Math.max(skipped, split))),
    cursor: {
      from: boundary?.offset ?? cursor.from + bytes.length,
      seen: cursor.from + bytes.length,
      rows: cursor.rows + Math.max(0, split - skipped),
      style: boundary?.style ?? plain,
    },
    restart: state.screen.above && cursor.rows > 0,
    isCut: first + skipped > 0,
    start: boundaries.find(({ row }) => row >= first + skipped)?.offset ?? cursor.from,
  };
}

/** Feeds line by line, for a line's end is never inside a character; notes each place where one could resume. */
function feedLines(state: AnsiState, bytes: Uint8Array, cursor: StreamCursor, ended: boolean): Boundary[] {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const boundaries: Boundary[] = [{ offset: cursor.from, row: 0, style: cursor.style }];
  for (let start = 0, end = 0; start < bytes.length; start = end) {
    const newline = bytes.indexOf(0x0a, start);
    end = newline < 0 ? bytes.length : newline + 1;
    // Without an end, the last bytes may be the first of a character: the decoder keeps those to itself.
    feed(state, decoder.decode(bytes.subarray(start, end), { stream: newline < 0 && !ended }));
    if (newline >= 0 && isAtRest(state)) {
      boundaries.push({ offset: cursor.from + end, row: state.screen.row, style: state.style });
    }
  }
  return boundaries;
}

/** The last place to resume from; a screen's height further back where the program moves up. */
function boundaryOf(state: AnsiState, boundaries: Boundary[], bytes: Uint8Array, cursor: StreamCursor): Boundary {
  const { row, rises } = state.screen;
  const last = boundaries.findLast((candidate) => !rises || candidate.row <= row - heightRows) ?? boundaries[0];
  const end = cursor.from + bytes.length;
  if (last && end - last.offset <= openBytesMax) return last;
  // Nothing ended for long. Before the last carriage return there is only what will be written over; else the line is cut here.
  const carriageReturn = bytes.lastIndexOf(0x0d) + 1;
  if (bytes.length - carriageReturn < openBytesMax / 2)
    return { offset: cursor.from + carriageReturn, row, style: plain };
  return { offset: end - cutCharacter(bytes), row: row + 1, style: state.style };
}

/** How many bytes at the end belong to a character that is not complete. */
function cutCharacter(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}
