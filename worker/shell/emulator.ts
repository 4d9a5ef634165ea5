/** The screen of a terminal, kept by xterm.js; what a program asks of its terminal is answered here. */
import xterm from '@xterm/headless';
import { readScreen } from './screen.ts';
import { ScreenFilter } from './screenFilter.ts';
import type { Screen, TerminalSize } from './terminalTypes.ts';

/** Characters that wait to be shown; beyond it whoever writes waits. */
const waitingLengthMax = 512 * 1024;
/**
 * xterm.js lets others work between two pieces, never within one. The worst there is scrolls the whole screen with every six
 * characters, which takes 2 µs a row: so a piece is at most so long, divided by the rows, and takes less than 100 ms.
 */
const pieceLengthMax = 512;
const pieceLengthRows = 20 * 1024;
/** A title is for a glance. */
const titleLengthMax = 256;
/** The greatest number in a sequence that is neither a row nor a column: one of 256 colours. */
const colourMax = 255;
const linkSequence = 8;

export class Emulator {
  #xterm: xterm.Terminal;
  #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #filter: ScreenFilter;
  #title = '';
  #cursorVisible = true;
  #waitingLength = 0;
  #room: (() => void)[] = [];
  #watchers = new Set<() => void>();
  /** Once it is closed. */
  #last: Screen | null = null;

  constructor(size: TerminalSize, onAnswer: (bytes: Uint8Array) => void, onChange: () => void) {
    this.#xterm = new xterm.Terminal({ ...size, scrollback: 0, allowProposedApi: true, logLevel: 'off' });
    this.#filter = new ScreenFilter(numberMax(size));
    this.#xterm.onData((text) => onAnswer(Buffer.from(text)));
    this.#xterm.onBinary((text) => onAnswer(Buffer.from(text, 'latin1')));
    this.#xterm.onTitleChange((title) => {
      // A copy: a slice would keep the whole of it.
      this.#title = Buffer.from(title.slice(0, titleLengthMax)).toString();
    });
    this.#xterm.onWriteParsed(onChange);
    this.#watchCursor();
    // Links are not shown, and xterm.js keeps each one that it saw for as long as its row is there.
    this.#xterm.parser.registerOscHandler(linkSequence, () => true);
  }

  /** Shows bytes. A promise: there is no room for more until it resolves. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    const text = this.#filter.push(this.#decoder.decode(bytes, { stream: true }));
    for (const piece of pieces(text, this.#xterm.rows)) this.#show(piece);
    if (this.#waitingLength <= waitingLengthMax) return undefined;
    return new Promise((resolve) => this.#room.push(resolve));
  }

  /** The screen once all that was written before is shown. */
  async screen(): Promise<Screen> {
    await this.#shown();
    return this.#last ?? this.#read();
  }

  /** Whether arrow keys are to be sent in their application form (DECCKM), as of all that was written before. */
  async applicationCursor(): Promise<boolean> {
    await this.#shown();
    return this.#xterm.modes.applicationCursorKeysMode;
  }

  resize({ cols, rows }: TerminalSize): void {
    this.#filter.numberMax = numberMax({ cols, rows });
    this.#xterm.resize(cols, rows);
  }

  close(): void {
    this.#last ??= this.#read();
    for (const resolve of [...this.#room.splice(0), ...this.#watchers]) resolve();
    this.#xterm.dispose();
  }

  #read(): Screen {
    return readScreen(this.#xterm, this.#title, this.#cursorVisible);
  }

  #show(piece: string): void {
    this.#waitingLength += piece.length;
    this.#xterm.write(piece, () => {
      this.#waitingLength -= piece.length;
      if (this.#waitingLength < waitingLengthMax / 2) for (const resolve of this.#room.splice(0)) resolve();
    });
  }

  // Once closed it shows nothing more, and would never say so.
  #shown(): Promise<void> {
    if (this.#last) return Promise.resolve();
    return new Promise<void>((resolve) => {
      this.#watchers.add(resolve);
      this.#xterm.write('', () => {
        this.#watchers.delete(resolve);
        resolve();
      });
    });
  }

  // xterm.js keeps it (DECTCEM, and both resets) but does not tell. False: it goes on to handle the sequence itself.
  #watchCursor(): void {
    const { parser } = this.#xterm;
    const set = (visible: boolean) => (parameters: (number | number[])[]) => {
      if (parameters.includes(25)) this.#cursorVisible = visible;
      return false;
    };
    const reset = () => {
      this.#cursorVisible = true;
      return false;
    };
    parser.registerCsiHandler({ prefix: '?', final: 'h' }, set(true));
    parser.registerCsiHandler({ prefix: '?', final: 'l' }, set(false));
    parser.registerCsiHandler({ intermediates: '!', final: 'p' }, reset);
    parser.registerEscHandler({ final: 'c' }, reset);
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
