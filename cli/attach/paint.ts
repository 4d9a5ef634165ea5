/** The picture of a remote screen, drawn on the terminal that one sits at. Pure. */
import type { Screen, ScreenRun } from '../../sql/contract.ts';

/** Leaves whatever a program may have switched on: other screen, mouse, paste marks, keys, colours, a hidden cursor. */
export const leaveScreen =
  '\x1b[?1049l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[?1l\x1b[?25h\x1b>\x1b[0m';

const looks = {
  bold: 1,
  dim: 2,
  italic: 3,
  underline: 4,
  blink: 5,
  inverse: 7,
  hidden: 8,
  strike: 9,
} as const;

/** What draws it, on a blank screen. */
export function painted({ alternate, lines, cursor }: Pick<Screen, 'alternate' | 'lines' | 'cursor'>): string {
  const rows = lines.flatMap(({ runs }, row) =>
    runs.map((run) => `\x1b[${row + 1};${run.col + 1}H${lookOf(run)}${run.text}`),
  );
  return [
    alternate ? '\x1b[?1049h' : '',
    '\x1b[0m\x1b[2J',
    ...rows,
    `\x1b[0m\x1b[${cursor.row + 1};${cursor.col + 1}H`,
    cursor.visible ? '\x1b[?25h' : '\x1b[?25l',
  ].join('');
}

function lookOf(run: ScreenRun): string {
  const on = Object.entries(looks).filter(([name]) => run[name as keyof typeof looks]);
  const codes = [...on.map(([, code]) => String(code)), ...colour(38, run.fg), ...colour(48, run.bg)];
  return `\x1b[${['0', ...codes].join(';')}m`;
}

function colour(base: 38 | 48, value: number | string | undefined): string[] {
  if (value === undefined) return [];
  if (typeof value === 'number') return [`${base};5;${value}`];
  const channels = [1, 3, 5].map((at) => Number.parseInt(value.slice(at, at + 2), 16));
  return [`${base};2;${channels.join(';')}`];
}
