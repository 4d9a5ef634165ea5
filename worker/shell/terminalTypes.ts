/** The vocabulary of a terminal: its size, its keys, what it shows. */

/** In cells. */
export interface TerminalSize {
  cols: number;
  rows: number;
}

/** What a terminal is opened with. */
export interface TerminalOptions extends TerminalSize {
  /** The screen may have changed; called often. */
  onChange?: () => void;
}

/** A key by its name, as in `C-c` or `PageUp`, or text; `text` is always text. */
export type Key = string | { text: string };

/** How text looks; what is missing is the default. Colours are numbers of the 256-colour palette or `#rrggbb`. */
export interface Look {
  fg?: number | string;
  bg?: number | string;
  bold?: true;
  dim?: true;
  italic?: true;
  underline?: true;
  blink?: true;
  inverse?: true;
  hidden?: true;
  strike?: true;
}

/** Neighbouring cells of one look, from a column on. */
export interface Run extends Look {
  col: number;
  text: string;
}

/** What a terminal shows: rows and columns are counted from 0; `alternate`: a full-screen program's own screen. */
export interface Screen extends TerminalSize {
  title: string;
  alternate: boolean;
  cursor: { row: number; col: number; visible: boolean };
  /** Without its looks, by `withoutLooks`. */
  simplified: boolean;
  /** One for each row; blanks at its end are left out. */
  lines: { runs: Run[] }[];
}

/** The terminal of a shell, while a command runs and while none does. */
export interface ShellTerminal {
  /** Types keys; resolves once the terminal has room for more. Rejects where too much waits for a program to read it. */
  press(keys: Key[]): Promise<void>;
  /** Programs in it learn of it by SIGWINCH. */
  resize(size: TerminalSize): void;
  /** The screen, with all that was written until now. */
  screen(): Promise<Screen>;
}
