/**
 * Recordings in asciinema's formats, a line an event: what the player shows when. Pure.
 * Sources: docs.asciinema.org/manual/asciicast/v2 and …/v3.
 */
export type AsciicastVersion = 2 | 3;

/** `o`: written to the terminal; `m`: a marker with its label; `r`: the terminal's size, `COLSxROWS`. */
export interface CastEvent {
  /** Microseconds since 1970. */
  atUs: number;
  code: 'o' | 'm' | 'r';
  data: string;
}

interface CastHeader {
  cols: number;
  rows: number;
  startUs: number;
  title: string;
  /** Longer pauses are cut to this by the player; the times stay as they were. */
  idleTimeLimit?: number | undefined;
}

const term = 'xterm-256color';

/** Makes the lines of one recording; each ends with a newline. Times never run backwards. */
export class Asciicast {
  readonly #version: AsciicastVersion;
  readonly #startUs: number;
  #lastMs = 0;

  constructor(version: AsciicastVersion, startUs: number) {
    this.#version = version;
    this.#startUs = startUs;
  }

  header({ cols, rows, title, idleTimeLimit }: Omit<CastHeader, 'startUs'>): string {
    const size =
      this.#version === 2 ? { width: cols, height: rows, env: { TERM: term } } : { term: { cols, rows, type: term } };
    const timestamp = Math.floor(this.#startUs / 1_000_000);
    return line({ version: this.#version, ...size, timestamp, title, idle_time_limit: idleTimeLimit });
  }

  event({ atUs, code, data }: CastEvent): string {
    // Whole milliseconds since the beginning, so that the intervals of version 3 add up to them exactly.
    const ms = Math.max(this.#lastMs, Math.round((atUs - this.#startUs) / 1000));
    const time = this.#version === 2 ? ms : ms - this.#lastMs;
    this.#lastMs = ms;
    return line([time / 1000, code, data]);
  }
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
