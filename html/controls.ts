/** What control characters and control sequences (`CSI parameters final`) do to the screen. Those not named here do nothing. */
import { eraseInRow, moveRows, moveToColumn, newLine, type Screen, tab } from './screen.ts';
import { type Style, selectGraphic } from './style.ts';

/** What they act on. */
interface Target {
  screen: Screen;
  style: Style;
}

/** A count in a sequence, at most. */
const countMax = 9_999;

/** Line feed, carriage return, backspace, tab. */
export function applyControl({ screen, style }: Target, code: number): void {
  if (code >= 0x0a && code <= 0x0c) newLine(screen);
  else if (code === 0x0d) screen.column = 0;
  else if (code === 0x08) screen.column = Math.max(0, screen.column - 1);
  else if (code === 0x09) tab(screen, style);
}

/** SGR, EL and moves. `parameters` is what stood before the final character. */
export function applyCsi(target: Target, parameters: string, final: string): void {
  if (final === 'm' && /^[\d;:]*$/.test(parameters)) target.style = selectGraphic(target.style, parameters);
  if (!/^\d*(;\d*)*$/.test(parameters)) return;
  const value = Math.min(Number.parseInt(parameters, 10) || 0, countMax);
  if (final === 'K') eraseInRow(target.screen, value);
  else moves[final]?.(target.screen, Math.max(1, value));
}

const moves: Record<string, (screen: Screen, count: number) => void> = {
  A: (screen, count) => moveRows(screen, -count),
  B: (screen, count) => moveRows(screen, count),
  C: (screen, count) => moveToColumn(screen, screen.column + count),
  D: (screen, count) => moveToColumn(screen, screen.column - count),
  G: (screen, count) => moveToColumn(screen, count - 1),
  E(screen, count) {
    moveRows(screen, count);
    screen.column = 0;
  },
  F(screen, count) {
    moveRows(screen, -count);
    screen.column = 0;
  },
};
