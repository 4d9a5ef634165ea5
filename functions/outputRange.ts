/** Which bytes an answer of /output holds, and what it says of the rest. Pure. */
import type { OutputExtent } from '../sql/edge.ts';

/** Bytes from `start` to before `end`; `next` is where to read on. */
export interface OutputRange {
  start: number;
  end: number;
  next: number;
  /** `next` is the end of an ended stream. Never where the command was lost: nobody saw its end. */
  complete: boolean;
  /** Dropped bytes, where the answer begins in them or ends before them; then `next` is behind them. */
  hole?: { start: number; end: number };
}

/**
 * The range that a request for `limit` bytes from `offset` gets (negative: from the end). An answer never spans a hole, or its
 * bytes would seem to follow one another.
 */
export function outputRange(extent: OutputExtent, offset: number, limit: number): OutputRange {
  const hole = holeOf(extent);
  // While it runs, what is behind the last stored byte is not dropped but on its way.
  const total = hole === undefined || extent.complete || hole.end < extent.total ? extent.total : hole.start;
  const gap = hole !== undefined && hole.start < total ? hole : undefined;
  const start = offset < 0 ? Math.max(0, total + offset) : offset;
  if (gap !== undefined && start >= gap.start && start < gap.end) return ranged(start, start, extent, gap);
  const stored = gap !== undefined && start < gap.start ? gap.start : total;
  const end = Math.max(start, Math.min(stored, start + limit));
  return ranged(start, end, extent, end === gap?.start ? gap : undefined);
}

function ranged(start: number, end: number, extent: OutputExtent, hole?: { start: number; end: number }): OutputRange {
  const next = hole?.end ?? end;
  const isWhole = extent.complete && extent.state !== 'lost';
  return { start, end, next, complete: isWhole && next >= extent.total, ...(hole ? { hole } : {}) };
}

function holeOf(extent: OutputExtent): { start: number; end: number } | undefined {
  const { hole_start: start, hole_end: end } = extent;
  return typeof start === 'number' && typeof end === 'number' ? { start, end } : undefined;
}
