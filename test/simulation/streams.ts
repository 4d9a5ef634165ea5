/** Stored output against what was written. */
import { hasEnded, type Query } from '../../sql/contract.ts';
import { type CommandRecord, type OutputRecord, readOutput } from './record.ts';
import { outputOf } from './script.ts';
import type { Run, World } from './world.ts';

/** Checks the output of commands that have ended and are not in `seen` yet: what is stored for good is checked once. */
export async function checkOutput(query: Query, world: World, rows: CommandRecord[], seen: Set<string>): Promise<void> {
  const fresh = rows.filter((row) => hasEnded(row.state) && !seen.has(row.id));
  const pieces = Map.groupBy(
    await readOutput(
      query,
      fresh.map((row) => row.id),
    ),
    (piece) => piece.command,
  );
  for (const row of fresh) {
    seen.add(row.id);
    for (const detail of wrongIn(row, world.runs.get(row.id), pieces.get(row.id) ?? [])) {
      world.fault('output_wrong', `${row.id} (${row.state}): ${detail}`);
    }
  }
}

function* wrongIn(row: CommandRecord, run: Run | undefined, pieces: OutputRecord[]): Generator<string> {
  const totals = { 1: row.stdout_bytes, 2: row.stderr_bytes };
  const ends = { 1: 0, 2: 0 };
  let dropped = 0;
  for (const { stream, start, data } of pieces) {
    if (start < ends[stream]) yield `stream ${stream} overlaps itself at ${start}`;
    dropped += start - ends[stream];
    ends[stream] = start + data.length;
    if (!data.equals(outputOf(row.id, stream, start, data.length)))
      yield `stream ${stream} has other bytes at ${start}`;
  }
  for (const stream of [1, 2] as const) {
    const written = run?.written[stream] ?? 0;
    dropped += totals[stream] - ends[stream];
    if (totals[stream] > written) yield `stream ${stream} has ${totals[stream]} bytes, ${written} were written`;
    if (row.state !== 'lost' && totals[stream] < written)
      yield `stream ${stream} lacks ${written - totals[stream]} bytes`;
  }
  if (dropped !== row.dropped_bytes) yield `${dropped} bytes are missing, ${row.dropped_bytes} were said to be dropped`;
}
