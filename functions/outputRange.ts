/** Which bytes an answer of /output holds, and what it says of the rest. Pure. */
import type { OutputExtent } from '../sql/edge.ts';

/** Bytes from `start` to before `end`; `next` is where to read on. */
export interface OutputRange {
  start: number;
  end: number;
  next: number;
  /** `next` is the end of an ended stream that is stored whole: never where bytes were dropped, or nobody saw the end, as of a lost command. */
  complete: boolean;
  /** The stream's dropped bytes, wherever the answer is; `next` is never in them. */
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
  const isInGap = gap !== undefined && start >= gap.start && start < gap.end;
  const stored = gap !== undefined && start < gap.start ? gap.start : total;
  const end = isInGap ? start : Math.max(start, Math.min(stored, start + limit));
  const next = isInGap || end === gap?.start ? (gap?.end ?? end) : end;
  const isWhole = extent.complete && extent.state !== 'lost' && gap === undefined;
  return { start, end, next, complete: isWhole && next >= total, ...(gap ? { hole: gap } : {}) };
}

function holeOf(extent: OutputExtent): { start: number; end: number } | undefined {
  const { hole_start: start, hole_end: end } = extent;
  return typeof start === 'number' && typeof end === 'number' ? { start, end } : undefined;
}
