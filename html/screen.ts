/** The rows that a program writes on: as many as it writes, of which it can move back over the last 40. */
import { plain, type Style } from './style.ts';
import { columnsOf } from './width.ts';

/** One row: what stands in each column, and how. The columns behind a wide character are empty texts. */
export interface Row {
  text: string[];
  styles: Style[];
}

/** Plain data: it survives JSON. `first` is the number of the first row that is still held; `row` counts from the very first. */
export interface Screen {
  rows: Row[];
  first: number;
  /** How many rows stand above the very first one, as far as that matters: at most a screen's height. */
  base: number;
  row: number;
  column: number;
  /** The program moved up, so that rows already shown may change. */
  rises: boolean;
  /** The program wanted to go above the first row. */
  above: boolean;
}

/** How far up a program can move: the height of a session's terminal unless it was told another. */
export const heightRows = 40;
/** How far right a move goes without text. Wider than the terminals that progress bars are drawn for. */
const moveColumnsMax = 512;
/** Rows held; more are let go from the top. */
export const rowsMax = 2_000;
const tabColumns = 8;

/** A screen without text; `rowsAbove` of the same output were let go before it. */
export function emptyScreen(rowsAbove = 0): Screen {
  const base = Math.min(rowsAbove, heightRows);
  return { rows: [{ text: [], styles: [] }], first: 0, base, row: 0, column: 0, rises: false, above: false };
}

/** Writes one code point at the cursor. */
export function put(screen: Screen, character: string, style: Style): void {
  const row = currentRow(screen);
  const columns = columnsOf(character);
  if (columns === 0) join(row, screen.column, character);
  else pad(row, screen.column);
  for (let index = 0; index < columns; index += 1) setCell(row, screen.column + index, index ? '' : character, style);
  screen.column += columns;
}

/** To the next tab stop. At the end of a row the tab itself is kept, so that copied text has it. */
export function tab(screen: Screen, style: Style): void {
  const row = currentRow(screen);
  const stop = screen.column - (screen.column % tabColumns) + tabColumns;
  if (screen.column >= row.text.length) {
    pad(row, screen.column);
    for (let at = screen.column; at < stop; at += 1) setCell(row, at, at === screen.column ? '\t' : '', style);
  }
  screen.column = stop;
}

/** To the start of the next row, which is made if there is none. */
export function newLine(screen: Screen): void {
  screen.row += 1;
  screen.column = 0;
  currentRow(screen);
}

/** Up (negative) or down by rows, within the screen's height. */
export function moveRows(screen: Screen, rows: number): void {
  const written = screen.first + screen.rows.length;
  const top = Math.max(screen.first, written - heightRows);
  const bottom = Math.max(0, screen.base + written - heightRows) + heightRows - 1 - screen.base;
  if (rows < 0) screen.rises = true;
  if (screen.row + rows < 0) screen.above = true;
  screen.row = Math.min(Math.max(screen.row + rows, top), bottom);
}

/** To a column, counted from 0. */
export function moveToColumn(screen: Screen, column: number): void {
  screen.column = Math.max(0, Math.min(column, Math.max(moveColumnsMax - 1, screen.column)));
}

/** Erases in the row: 0 from the cursor on, 1 up to the cursor, 2 all of it. */
export function eraseInRow(screen: Screen, mode: number): void {
  const row = currentRow(screen);
  if (mode === 0) truncate(row, screen.column);
  if (mode === 1) for (let at = 0; at <= screen.column && at < row.text.length; at += 1) setCell(row, at, ' ', plain);
  if (mode === 2) truncate(row, 0);
}

function currentRow(screen: Screen): Row {
  while (screen.first + screen.rows.length <= screen.row) screen.rows.push({ text: [], styles: [] });
  // In batches: taking rows one by one from the front of an array is slow.
  if (screen.rows.length > rowsMax * 2) {
    screen.first += screen.rows.length - rowsMax;
    screen.rows.splice(0, screen.rows.length - rowsMax);
  }
  return screen.rows[screen.row - screen.first] as Row;
}

function pad(row: Row, column: number): void {
  while (row.text.length < column) {
    row.text.push(' ');
    row.styles.push(plain);
  }
}

/** Puts a text into one column; what is left of a wide character or tab that it cuts becomes blanks. */
function setCell(row: Row, column: number, text: string, style: Style): void {
  if (text !== '' && row.text[column] === '') blankBack(row, column);
  row.text[column] = text;
  row.styles[column] = style;
  for (let at = column + 1; text !== '' && row.text[at] === ''; at += 1) row.text[at] = ' ';
}

function blankBack(row: Row, column: number): void {
  let at = column;
  while (at > 0 && row.text[at] === '') row.text[at--] = ' ';
  row.text[at] = ' ';
}

function join(row: Row, column: number, character: string): void {
  let at = Math.min(column, row.text.length) - 1;
  while (at > 0 && row.text[at] === '') at -= 1;
  // A cell holds a character and a few marks; a thousand of them are no text.
  if (at >= 0 && (row.text[at]?.length ?? 0) < 16) row.text[at] += character;
}

function truncate(row: Row, column: number): void {
  if (column < row.text.length && row.text[column] === '') blankBack(row, column);
  row.text.length = Math.min(row.text.length, column);
  row.styles.length = row.text.length;
}
