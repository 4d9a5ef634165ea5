/** The screen of a terminal, kept by xterm.js; what a program asks of its terminal is answered here. */
import { ScreenFilter } from './screenFilter.ts';
import type { Screen, TerminalSize } from './terminalTypes.ts';
import { VirtualTerminal } from './virtualTerminal.ts';

/** Characters that wait to be shown; beyond it whoever writes waits. */
const waitingLengthMax = 512 * 1024;
/**
 * Others have their turn between two pieces, never within one. The worst there is scrolls the whole screen with every six
 * characters, which takes 2 µs a row: so a piece is at most so long, divided by the rows, and takes less than 100 ms.
 */
const pieceLengthMax = 512;
const pieceLengthRows = 20 * 1024;
/** Pieces are shown for so long before others have their turn. */
const turnMs = 8;
/** The greatest number in a sequence that is neither a row nor a column: one of 256 colours. */
const colourMax = 255;

/** One screen: takes what programs write, and gives what is seen. */
export class Emulator {
  #terminal: VirtualTerminal;
  #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #filter: ScreenFilter;
  #onChange: () => void;
  #rows: number;
  #waiting: string[] = [];
  #waitingLength = 0;
  #isShowing = false;
  #room: (() => void)[] = [];
  #watchers: (() => void)[] = [];
  /** Once it is closed. */
  #last: Screen | null = null;

  /** `onChange`: something was written, and `screen` will show it. */
  constructor(size: TerminalSize, onAnswer: (bytes: Uint8Array) => void, onChange: () => void) {
    this.#terminal = new VirtualTerminal(size, onAnswer);
    this.#filter = new ScreenFilter(numberMax(size));
    this.#rows = size.rows;
    this.#onChange = onChange;
  }

  /** Shows bytes. A promise: there is no room for more until it resolves. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    const text = this.#filter.push(this.#decoder.decode(bytes, { stream: true }));
    if (this.#last || text === '') return undefined;
    for (const piece of pieces(text, this.#rows)) this.#waiting.push(piece);
    this.#waitingLength += text.length;
    this.#showLater();
    this.#onChange();
    if (this.#waitingLength <= waitingLengthMax) return undefined;
    return new Promise((resolve) => this.#room.push(resolve));
  }

  /** The screen once all that was written before is shown. */
  async screen(): Promise<Screen> {
    await this.#shown();
    return this.#last ?? this.#terminal.read();
  }

  /** Whether arrow keys are to be sent in their application form (DECCKM), as of all that was written before. */
  async applicationCursor(): Promise<boolean> {
    await this.#shown();
    return this.#terminal.applicationCursor;
  }

  resize({ cols, rows }: TerminalSize): void {
    this.#filter.numberMax = numberMax({ cols, rows });
    this.#rows = rows;
    this.#terminal.resize({ cols, rows });
  }

  close(): void {
    if (this.#last) return;
    this.#last = this.#terminal.read();
    this.#waiting = [];
    for (const resolve of [...this.#room.splice(0), ...this.#watchers.splice(0)]) resolve();
    this.#terminal.close();
  }

  #showLater(): void {
    if (this.#isShowing) return;
    this.#isShowing = true;
    setImmediate(() => this.#show());
  }

  #show(): void {
    this.#isShowing = false;
    if (this.#last) return;
    const until = performance.now() + turnMs;
    let shown = 0;
    for (const piece of this.#waiting) {
      this.#terminal.write(piece);
      this.#waitingLength -= piece.length;
      shown += 1;
      if (performance.now() >= until) break;
    }
    this.#waiting.splice(0, shown);
    if (this.#waitingLength < waitingLengthMax / 2) for (const resolve of this.#room.splice(0)) resolve();
    if (this.#waiting.length > 0) this.#showLater();
    else for (const resolve of this.#watchers.splice(0)) resolve();
  }

  // Once closed it shows nothing more.
  #shown(): Promise<void> {
    if (this.#last || this.#waiting.length === 0) return Promise.resolve();
    return new Promise<void>((resolve) => this.#watchers.push(resolve));
  }
}

/** A row or a column beyond the last one is the last one. */
function numberMax({ cols, rows }: TerminalSize): number {
  return Math.max(cols, rows, colourMax);
}

function* pieces(text: string, rows: number): Generator<string> {
  const length = Math.min(pieceLengthMax, Math.floor(pieceLengthRows / rows));
  for (let from = 0; from < text.length; ) {
    const isCut = isLeadSurrogate(text.charCodeAt(from + length - 1));
    const to = from + length - (isCut ? 1 : 0);
    yield text.slice(from, to);
    from = to;
  }
}

function isLeadSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
