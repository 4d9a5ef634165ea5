/** The table of what was measured, beside what must be and what is aimed at. */

/** One figure with its two targets. `atLeast`: more is better; all others are upper bounds. */
export interface Row {
  what: string;
  /** How it was measured, with its unit. */
  unit: string;
  measured: number;
  must: number;
  goal: number;
  atLeast?: true;
}

export type Verdict = 'goal' | 'must' | 'missed';

/** Whether a figure reaches its goal, only what it must, or neither. */
export function verdictOf({ measured, must, goal, atLeast }: Row): Verdict {
  const reaches = (target: number) => (atLeast ? measured >= target : measured <= target);
  if (reaches(goal)) return 'goal';
  return reaches(must) ? 'must' : 'missed';
}

/** The rows as text for a terminal, aligned. */
export function table(rows: Row[]): string {
  const sign = (row: Row) => (row.atLeast ? '≥' : '≤');
  const cells = rows.map((row) => [
    row.what,
    row.unit,
    String(row.measured),
    `${sign(row)} ${row.must}`,
    `${sign(row)} ${row.goal}`,
    verdictOf(row),
  ]);
  const lines = [['what', 'unit', 'measured', 'must', 'goal', 'reached'], ...cells];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** To two places, which is more than any of them is exact. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
