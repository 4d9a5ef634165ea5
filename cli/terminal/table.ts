/** Tables with aligned columns, cut to the terminal's width in their last column. */
import { columnsOf } from '../../html/width.ts';
import { oneLine, type Style } from './style.ts';

export type Cell = string | { text: string; style: keyof Style };
export type Column = { title: string; align?: 'right' };

const gap = '  ';

/** The lines of a table; `width` cuts its last column, undefined leaves all of it. */
export function table(columns: Column[], rows: Cell[][], style: Style, width: number | undefined): string[] {
  const titles = columns.map(({ title }): Cell => ({ text: title, style: 'dim' }));
  const lines = [titles, ...rows].map((row) => row.map(asCell));
  const widths = columns.map((_, index) => Math.max(...lines.map((row) => textWidth(row[index]?.text ?? ''))));
  const room =
    width === undefined
      ? Number.POSITIVE_INFINITY
      : width - widths.slice(0, -1).reduce((sum, one) => sum + one + gap.length, 0);
  return lines.map((row) =>
    row
      .map((cell, index) =>
        padded(cell, columns[index], widths[index] ?? 0, index === columns.length - 1 ? room : undefined, style),
      )
      .join(gap)
      .trimEnd(),
  );
}

type PlainCell = { text: string; style?: keyof Style };

function asCell(cell: Cell): PlainCell {
  return typeof cell === 'string' ? { text: oneLine(cell) } : { ...cell, text: oneLine(cell.text) };
}

function padded(
  { text, style: name }: PlainCell,
  column: Column | undefined,
  width: number,
  room: number | undefined,
  style: Style,
): string {
  const shown = room === undefined ? text : cut(text, Math.max(room, 10));
  const styled = name ? style[name](shown) : shown;
  if (room !== undefined) return styled;
  const padding = ' '.repeat(width - textWidth(text));
  return column?.align === 'right' ? padding + styled : styled + padding;
}

/** The beginning of a text that fits, with a mark where something is missing. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let used = 1;
  let kept = '';
  for (const character of text) {
    used += columnsOf(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept}…`;
}

function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}
