/**
 * The recording of a session with a terminal as the replay page plays it: what the screen showed, drawn by the emulator that hosts use. Each
 * command begins on a blank screen. A page that begins within a command has its output shown again up to there, so it needs no state.
 */
import { screenHtml } from '../../html/grid.ts';
import { commandHead, cutShort } from '../../html/replay.ts';
import type { RecordingHead, RecordingRow } from '../../sql/edge.ts';
import { Emulator } from '../../worker/shell/emulator.ts';
import { behindAll, endFrame, type Frame, type FramePage, playedBytesMax } from './replayFrames.ts';

/** Changes of a screen so close together are one frame: each is the whole screen. */
const frameMs = 100;
/** Of HTML in an answer; it may be more by one screen. */
const pageLengthMax = 512 * 1024;

/** A screen as the emulator has it. */
export type DrawnScreen = Awaited<ReturnType<Emulator['screen']>>;
/** What the screen was, and what masks it. */
type Sizes = Pick<RecordingHead, 'cols' | 'rows' | 'resizes'> & { mask?: (screen: DrawnScreen) => DrawnScreen };
type Place = { seq: number; position: number };
type ReadRows = (seq: number, position: number) => Promise<RecordingRow[]>;

/** The frames from a place on. */
export async function screenFramesOf(read: ReadRows, sizes: Sizes, from: Place): Promise<FramePage> {
  const frames = new ScreenFrames(sizes, from);
  // Behind all that is played of a command only its end is to come.
  let place: Place = { seq: from.seq, position: from.position < behindAll ? -1 : behindAll };
  try {
    for (;;) {
      const rows = await read(place.seq, place.position);
      for (const row of rows) {
        const next = await frames.take(row);
        if (next) return { frames: frames.frames, next };
        place = behind(row);
      }
      if (rows.length === 0) return { frames: await frames.last(), next: null };
      if (rows.at(-1)?.kind === 'end') return { frames: frames.frames, next: place };
    }
  } finally {
    frames.close();
  }
}

function behind({ kind, seq, position }: RecordingRow): Place {
  if (kind === 'end') return { seq: seq + 1, position: -1 };
  return { seq, position: kind === 'command' ? 0 : (position ?? 0) + 1 };
}

function nameOf({ cols, rows }: { cols: number; rows: number }): string {
  return `${cols}×${rows}`;
}

/** What a program asks of its terminal was answered then. */
const nothing = () => {};

class ScreenFrames {
  readonly frames: Frame[] = [];
  readonly #sizes: Sizes;
  readonly #from: Place;
  #emulator: Emulator | undefined;
  #size = '';
  #bytes = 0;
  #length = 0;
  #changed: { at: number; seq: number } | undefined;
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(sizes: Sizes, from: Place) {
    this.#sizes = sizes;
    this.#from = from;
  }

  /** Takes one row after the other. Gives where the next page begins, if this one is full. */
  async take(row: RecordingRow): Promise<Place | undefined> {
    const at = row.at_us / 1000;
    if (row.kind === 'output') return this.#output(row, at);
    await this.#show();
    if (row.kind === 'command') this.#begin(row, at);
    else this.frames.push(endFrame(row, at));
    return undefined;
  }

  /** All frames, with what was written last: the command still runs. */
  async last(): Promise<Frame[]> {
    await this.#show();
    return this.frames;
  }

  close(): void {
    this.#emulator?.close();
  }

  #begin({ seq, data, at_us }: RecordingRow, at: number): void {
    this.#emulator?.close();
    const size = this.#sizeAt(at_us);
    this.#size = nameOf(size);
    this.#emulator = new Emulator(size, nothing, nothing);
    [this.#bytes, this.#shownAt] = [0, Number.NEGATIVE_INFINITY];
    if (seq === this.#from.seq && this.#from.position > -1) return;
    const head = String(commandHead(seq, new TextDecoder().decode(data)));
    this.#length += head.length;
    this.frames.push({ at, seq, head });
  }

  async #output({ seq, position, data, at_us }: RecordingRow, at: number): Promise<Place | undefined> {
    const isNew = seq !== this.#from.seq || (position ?? 0) >= this.#from.position;
    if (isNew && at - this.#shownAt >= frameMs) await this.#show();
    if (this.#length > pageLengthMax) return { seq, position: position ?? 0 };
    if (this.#bytes >= playedBytesMax) {
      this.frames.push({ at, seq, add: String(cutShort()) });
      return { seq, position: behindAll };
    }
    this.#bytes += data.length;
    this.#fit(at_us);
    await this.#emulator?.write(data);
    if (isNew) this.#changed = { at, seq };
    return undefined;
  }

  /** The screen as it is now, at the time of the last change. */
  async #show(): Promise<void> {
    const changed = this.#changed;
    if (!changed || !this.#emulator) return;
    this.#changed = undefined;
    this.#shownAt = changed.at;
    const drawn = await this.#emulator.screen();
    const screen = this.#sizes.mask?.(drawn) ?? drawn;
    // Rows that nothing was written to yet are left out: most commands are no full-screen programs.
    const last = screen.lines.findLastIndex(({ runs }) => runs.length > 0);
    const shown = screen.alternate ? screen.rows : Math.max(last, screen.cursor.row) + 1;
    const set = screenHtml({ ...screen, lines: screen.lines.slice(0, shown) });
    this.#length += set.length;
    this.frames.push({ ...changed, set });
  }

  #fit(atUs: number): void {
    const size = this.#sizeAt(atUs);
    if (nameOf(size) === this.#size) return;
    this.#size = nameOf(size);
    this.#emulator?.resize(size);
  }

  #sizeAt(atUs: number): { cols: number; rows: number } {
    const { cols, rows, resizes } = this.#sizes;
    return resizes.findLast((resize) => resize.at_us <= atUs) ?? { cols, rows };
  }
}
