/** What a terminal shows as HTML: a row a line, in the classes of paint.ts, and where the cursor is. */
import type { Screen, ScreenRun } from '../sql/contract.ts';
import { escapeHtml, paintRows } from './paint.ts';
import type { Row } from './screen.ts';
import { flag, nearest, plain, type Style } from './style.ts';
import { columnsOf } from './width.ts';

/** The screen as one element. The cursor's cell is a `<mark class="cursor">` in it, if the cursor is shown. */
export function screenHtml(screen: Pick<Screen, 'lines' | 'cursor' | 'cols' | 'rows' | 'title'>): string {
  const { lines, cursor, cols, rows, title } = screen;
  const painted = lines.map((line, row) =>
    paintLine(line.runs, cursor.visible && cursor.row === row ? cursor.col : -1),
  );
  if (painted.length === 0 && cursor.visible) painted.push(paintLine([], cursor.col));
  // The first line break in a <pre> is not shown.
  return `<pre class="grid" data-title="${escapeHtml(title)}" data-cols="${cols}" data-rows="${rows}">\n${painted.join('\n')}</pre>`;
}

function paintLine(runs: ScreenRun[], cursorCol: number): string {
  const row = toRow(runs);
  if (cursorCol < 0) return paintRows([row]);
  while (row.text.length <= cursorCol) {
    row.text.push(' ');
    row.styles.push(plain);
  }
  // On the second half of a wide character the cursor is on the character.
  const from = row.text[cursorCol] === '' ? cursorCol - 1 : cursorCol;
  const to = row.text[cursorCol + 1] === '' ? cursorCol + 2 : cursorCol + 1;
  const [before, at, after] = [slice(row, 0, from), slice(row, from, to), slice(row, to)];
  return `${paintRows([before])}<mark class="cursor">${paintRows([at])}</mark>${paintRows([after])}`;
}

function toRow(runs: ScreenRun[]): Row {
  const row: Row = { text: [], styles: [] };
  for (const run of runs) {
    const style = styleOf(run);
    // The emulator's columns count, wherever this page takes a character for narrower.
    while (row.text.length < run.col) addCell(row, ' ', plain);
    for (const character of run.text) addCell(row, character, style);
  }
  return row;
}

function addCell(row: Row, character: string, style: Style): void {
  const columns = columnsOf(character);
  const last = row.text.findLastIndex((text) => text !== '');
  if (columns === 0 && last >= 0) row.text[last] += character;
  for (let index = 0; index < columns; index += 1) {
    row.text.push(index === 0 ? character : '');
    row.styles.push(style);
  }
}

function slice({ text, styles }: Row, from: number, to?: number): Row {
  return { text: text.slice(from, to), styles: styles.slice(from, to) };
}

const flags = [
  ['bold', flag.bold],
  ['dim', flag.dim],
  ['italic', flag.italic],
  ['underline', flag.underline],
  ['inverse', flag.inverse],
  ['hidden', flag.hidden],
  ['strike', flag.strike],
] as const;

function styleOf(run: ScreenRun): Style {
  const set = flags.filter(([name]) => run[name]).map(([, bit]) => bit);
  return { fg: colourOf(run.fg), bg: colourOf(run.bg), flags: set.reduce((all, bit) => all | bit, 0), link: '' };
}

function colourOf(colour: number | string | undefined): number {
  if (colour === undefined) return plain.fg;
  if (typeof colour === 'number') return colour;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return nearest(red, green, blue);
}
