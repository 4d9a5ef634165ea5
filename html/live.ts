/**
 * What keeps a session's page fresh: one element at the end of the log which asks, after a delay that the server chose, for what
 * is new since its cursor, and is replaced by the answer: new blocks and a new element of its kind. Its address is all its
 * memory. An answer is always 200: htmx would leave the element dead after 204 or 304.
 */
import { html } from 'hono/html';
import type { StreamCursor } from './output.ts';
import type { Html } from './page.ts';

/** What a page shows. `after`: the last seq; `open`: those that had not ended; `run`: the one whose output is being followed. */
export interface LiveCursor {
  after: number;
  open: number[];
  run: { seq: number; stdout: StreamCursor; stderr: StreamCursor } | undefined;
  /** The session as it was shown: state and number of queued commands. */
  session: string;
  /** The screen that is shown, by its time; undefined where there is none. */
  screen?: string | undefined;
  /** Answers in a row that brought nothing. */
  quiet: number;
}

/** The element. Without `delayMs` it is the last: nothing can come any more. */
export function liveElement(sessionId: string, cursor: LiveCursor, delayMs: number | undefined): Html {
  if (delayMs === undefined) return html`<div id="tail"></div>`;
  return html`<div id="tail" class="tail" hx-get="/s/${sessionId}/tail?${writeCursor(cursor)}" hx-trigger="load delay:${delayMs}ms, tail" hx-swap="outerHTML" hx-sync="this:replace" hx-status:4xx="swap:none" hx-status:5xx="swap:none"></div>`;
}

/** The pauses grow no longer than by this many answers. */
export const quietMax = 100;

/** A replacement for another element of the page, sent along. */
export function replace(selector: string, content: Html | string): Html {
  return html`<hx-partial hx-target="${selector}" hx-swap="outerHTML">${content}</hx-partial>`;
}

/** New content for another element of the page, sent along. */
export function fill(selector: string, content: Html | string): Html {
  return html`<hx-partial hx-target="${selector}" hx-swap="innerHTML">${content}</hx-partial>`;
}

/** The cursor as an address has it. */
export function writeCursor({ after, open, run, session, screen, quiet }: LiveCursor): string {
  const parameters = new URLSearchParams({ after: String(after), open: writeRanges(open), session });
  if (screen !== undefined) parameters.set('screen', screen);
  if (quiet > 0) parameters.set('quiet', String(quiet));
  if (run) parameters.set('run', [run.seq, ...writeStream(run.stdout), ...writeStream(run.stderr)].join('.'));
  return parameters.toString();
}

/** Reads it back; what makes no sense is left out, and then shown anew. */
export function readCursor(query: Record<string, string | undefined>): LiveCursor {
  const numbers = (query.run ?? '').split('.', 20).map(Number);
  const [seq = 0, ...rest] = numbers;
  const isWhole = numbers.length === 13 && numbers.every((value) => Number.isSafeInteger(value) && value >= -1);
  const run = isWhole ? { seq, stdout: readStream(rest.slice(0, 6)), stderr: readStream(rest.slice(6)) } : undefined;
  return {
    after: count(query.after),
    open: readRanges(query.open ?? ''),
    run,
    session: (query.session ?? '').slice(0, 64),
    screen: query.screen?.slice(0, 64),
    quiet: Math.min(quietMax, count(query.quiet)),
  };
}

function writeStream({ from, seen, rows, style }: StreamCursor): number[] {
  return [from, seen, rows, style.fg, style.bg, style.flags];
}

/** A style's colours end up in class names, so they are held to what there is. */
function readStream([from = 0, seen = 0, rows = 0, fg = -1, bg = -1, flags = 0]: number[]): StreamCursor {
  const colour = (value: number) => Math.min(255, value);
  const positive = (value: number) => Math.max(0, value);
  const style = { fg: colour(fg), bg: colour(bg), flags: positive(flags) & 127, link: '' };
  return { from: positive(from), seen: positive(seen), rows: positive(rows), style };
}

function writeRanges(seqs: number[]): string {
  const ranges: [number, number][] = [];
  for (const seq of seqs) {
    const last = ranges.at(-1);
    if (last && last[1] === seq - 1) last[1] = seq;
    else ranges.push([seq, seq]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join('_');
}

/** A page shows a few hundred blocks at most, so more than a thousand numbers were not written by us. */
function readRanges(text: string): number[] {
  const seqs: number[] = [];
  for (const range of text.split('_', 500).filter(Boolean)) {
    const [from = 0, to = from] = range.split('-', 2).map(count);
    for (let seq = from; seq <= to && seqs.length < 1_000; seq += 1) seqs.push(seq);
  }
  return seqs;
}

function count(text: string | undefined): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0 && value < 2 ** 31 ? value : 0;
}
