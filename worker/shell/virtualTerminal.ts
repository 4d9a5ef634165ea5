/**
 * xterm.js, made to work at once and to fail harmlessly. There are sequences at which it throws, with its buffers in
 * disorder; where it does, the terminal is as after a reset, which programs may ask for as well.
 */
import xterm from '@xterm/headless';
import { readScreen } from './screen.ts';
import type { Screen, TerminalSize } from './terminalTypes.ts';

/** A title is for a glance. */
const titleLengthMax = 256;
const linkSequence = 8;

/** Its own `write` works later, where nobody could catch what it throws. */
type Core = { _core: { writeSync(text: string): void } };

/** One xterm.js, whose faults stay in here. */
export class VirtualTerminal {
  #xterm: xterm.Terminal;
  #size: TerminalSize;
  #onAnswer: (bytes: Uint8Array) => void;
  #title = '';
  #isCursorVisible = true;

  /** `onAnswer` gets what programs ask of their terminal. */
  constructor(size: TerminalSize, onAnswer: (bytes: Uint8Array) => void) {
    this.#size = { cols: size.cols, rows: size.rows };
    this.#onAnswer = onAnswer;
    this.#xterm = this.#create();
  }

  /** Shows a piece of output that was filtered (screenFilter.ts). */
  write(text: string): void {
    try {
      (this.#xterm as unknown as Core)._core.writeSync(text);
    } catch {
      this.#reset();
    }
  }

  resize({ cols, rows }: TerminalSize): void {
    this.#size = { cols, rows };
    try {
      this.#xterm.resize(cols, rows);
    } catch {
      this.#reset();
    }
  }

  read(): Screen {
    try {
      return readScreen(this.#xterm, this.#title, this.#isCursorVisible);
    } catch {
      this.#reset();
      return readScreen(this.#xterm, this.#title, this.#isCursorVisible);
    }
  }

  /** Whether arrow keys are to be sent in their application form (DECCKM). */
  get applicationCursor(): boolean {
    return this.#xterm.modes.applicationCursorKeysMode;
  }

  close(): void {
    this.#xterm.dispose();
  }

  #reset(): void {
    this.#xterm.dispose();
    this.#isCursorVisible = true;
    this.#xterm = this.#create();
  }

  #create(): xterm.Terminal {
    const created = new xterm.Terminal({ ...this.#size, scrollback: 0, allowProposedApi: true, logLevel: 'off' });
    created.onData((text) => this.#onAnswer(new TextEncoder().encode(text)));
    created.onBinary((text) => this.#onAnswer(Uint8Array.from(text, (character) => character.charCodeAt(0))));
    created.onTitleChange((title) => {
      // A copy: a slice would keep the whole of it.
      this.#title = new TextDecoder().decode(new TextEncoder().encode(title.slice(0, titleLengthMax)));
    });
    // Links are not shown, and xterm.js keeps each one that it saw for as long as its row is there.
    created.parser.registerOscHandler(linkSequence, () => true);
    this.#watchCursor(created.parser);
    return created;
  }

  // xterm.js keeps it (DECTCEM, and both resets) but does not tell. False: it goes on to handle the sequence itself.
  #watchCursor(parser: xterm.IParser): void {
    const set = (isVisible: boolean) => (parameters: (number | number[])[]) => {
      if (parameters.includes(25)) this.#isCursorVisible = isVisible;
      return false;
    };
    const reset = () => {
      this.#isCursorVisible = true;
      return false;
    };
    parser.registerCsiHandler({ prefix: '?', final: 'h' }, set(true));
    parser.registerCsiHandler({ prefix: '?', final: 'l' }, set(false));
    parser.registerCsiHandler({ intermediates: '!', final: 'p' }, reset);
    parser.registerEscHandler({ final: 'c' }, reset);
  }
}
