/** Rows of a recording, as the database gives them. */
import type { RecordingRow } from '../../sql/edge.ts';

/** One row, of the first command unless `more` says otherwise. */
export function row(
  kind: RecordingRow['kind'],
  atMs: number,
  text: string,
  more: Partial<RecordingRow> = {},
): RecordingRow {
  const data = new TextEncoder().encode(text);
  return { seq: 1, kind, at_us: atMs * 1000, position: null, stream: null, start_offset: null, data, ...more };
}
