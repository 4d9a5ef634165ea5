/** Masks what a terminal shows: a text that goes on in the next row, because the row is full, is one text. Pure. */
import type { Screen, ScreenRun } from '../../sql/contract.ts';
import { findSpans, maskOf, maskText } from './mask.ts';
import type { Rule } from './rules.ts';

/** The screen with secrets masked, and by which rules. */
export function maskedScreen<Shown extends Pick<Screen, 'lines' | 'cols' | 'title'>>(
  rules: readonly Rule[],
  screen: Shown,
): Shown {
  const rows = screen.lines.map(({ runs }) => runs.map(({ text }) => text).join(''));
  let all = '';
  const starts = rows.map((row) => {
    const start = all.length;
    all += row.length >= screen.cols ? row : `${row}\n`;
    return start;
  });
  const spans = findSpans(rules, all, { start: true, end: true });
  const title = maskText(rules, screen.title).text;
  if (spans.length === 0) return { ...screen, title };
  let masked = all;
  for (const { start, end, name } of spans) {
    masked = masked.slice(0, start) + maskOf(name, all.slice(start, end)) + masked.slice(end);
  }
  const lines = screen.lines.map(({ runs }, index) => ({ runs: maskedRuns(runs, masked, starts[index] ?? 0) }));
  return { ...screen, title, lines };
}

function maskedRuns(runs: ScreenRun[], masked: string, start: number): ScreenRun[] {
  let at = start;
  return runs.map((run) => {
    const text = masked.slice(at, at + run.text.length);
    at += run.text.length;
    return { ...run, text };
  });
}
