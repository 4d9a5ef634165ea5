/** What a terminal shows now, as data: rows of text in runs of one look. */
import type { IBuffer, IBufferCell, IBufferLine, Terminal as Xterm } from '@xterm/headless';
import type { Look, Run, Screen } from './terminalTypes.ts';

/** Reads the screen of an emulator. `title` and `visible` are what it does not tell itself. */
export function readScreen(emulator: Xterm, title: string, visible: boolean): Screen {
  const { cols, rows } = emulator;
  const buffer = emulator.buffer.active;
  return {
    cols,
    rows,
    title,
    alternate: buffer.type === 'alternate',
    cursor: { row: buffer.cursorY, col: Math.min(buffer.cursorX, cols - 1), visible },
    simplified: false,
    lines: Array.from({ length: rows }, (_, row) => ({ runs: readRuns(buffer, row, cols) })),
  };
}

/** The same screen with its text alone. */
export function withoutLooks(screen: Screen): Screen {
  const lines = screen.lines.map(({ runs }) => {
    const text = runs
      .map((run) => run.text)
      .join('')
      .trimEnd();
    return { runs: text === '' ? [] : [{ col: 0, text }] };
  });
  return { ...screen, simplified: true, lines };
}

function readRuns(buffer: IBuffer, row: number, cols: number): Run[] {
  const line = buffer.getLine(buffer.baseY + row);
  const runs: Run[] = [];
  const cell = buffer.getNullCell();
  for (let column = 0; line && column < cols; column += 1) addCell(runs, line, column, cell);
  // Blanks at the end of a row that look like nothing are nothing.
  for (let last = runs.at(-1); last && isPlain(last); last = runs.at(-1)) {
    last.text = last.text.trimEnd();
    if (last.text !== '') break;
    runs.pop();
  }
  return runs;
}

function addCell(runs: Run[], line: IBufferLine, column: number, scratch: IBufferCell): void {
  const cell = line.getCell(column, scratch);
  // The second half of a wide character has no width of its own.
  if (!cell || cell.getWidth() === 0) return;
  const text = cell.getChars() || ' ';
  const look = cell.isAttributeDefault() ? {} : lookOf(cell);
  const last = runs.at(-1);
  if (last && isSame(last, look)) last.text += text;
  else runs.push({ col: column, text, ...look });
}

function lookOf(cell: IBufferCell): Look {
  const fg = cell.isFgDefault() ? undefined : colour(cell.getFgColor(), cell.isFgRGB());
  const bg = cell.isBgDefault() ? undefined : colour(cell.getBgColor(), cell.isBgRGB());
  return {
    ...(fg !== undefined && { fg }),
    ...(bg !== undefined && { bg }),
    ...(cell.isBold() && { bold: true as const }),
    ...(cell.isDim() && { dim: true as const }),
    ...(cell.isItalic() && { italic: true as const }),
    ...(cell.isUnderline() && { underline: true as const }),
    ...(cell.isBlink() && { blink: true as const }),
    ...(cell.isInverse() && { inverse: true as const }),
    ...(cell.isInvisible() && { hidden: true as const }),
    ...(cell.isStrikethrough() && { strike: true as const }),
  };
}

function colour(value: number, isRgb: boolean): number | string {
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : value;
}

const looks = ['fg', 'bg', 'bold', 'dim', 'italic', 'underline', 'blink', 'inverse', 'hidden', 'strike'] as const;

function isSame(a: Look, b: Look): boolean {
  return looks.every((name) => a[name] === b[name]);
}

function isPlain(run: Run): boolean {
  return isSame(run, {});
}
