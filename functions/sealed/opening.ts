/** Opens what the database has sealed, for whoever reads it at the edge. */
import {
  type Apart,
  type CommandRow,
  outputPlace,
  SealError,
  type SealedEnds,
  type SealKeys,
  type StreamName,
  unsealApart,
} from '../../sql/contract.ts';
import { fromBase64, joined, toBase64 } from '../bytes.ts';
import { Problem } from '../problem.ts';

/** Opens what was sealed for a place. Throws the problem `sealed` where it cannot. */
export type Open = (sealed: Apart, place: string) => Promise<Uint8Array<ArrayBuffer>>;

/** Opens with these keys. */
export function opening(keys: SealKeys = new Map()): Open {
  return async (sealed, place) => {
    try {
      return await unsealApart(keys, sealed, place);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      const hint = 'It is stored, and stays so. Its operator gives this edge the key; see docs/secrets.md.';
      throw new Problem('sealed', `What is stored cannot be opened here. ${error.message}`, { hint, cause: error });
    }
  };
}

/** The same of what came as JSON. */
export function apart({ data, seal }: { data: string; seal: string }): Apart {
  return { data: fromBase64(data), seal: fromBase64(seal) };
}

/** A stream as SQL and its places number it. */
export function streamNumber(stream: StreamName): 1 | 2 {
  return stream === 'stdout' ? 1 : 2;
}

/** A command's row with the ends of its streams opened, as it would have come unsealed. */
export async function openedRow(open: Open, row: CommandRow): Promise<CommandRow> {
  const { stdout_sealed: stdout, stderr_sealed: stderr, ...plain } = row;
  if (!stdout && !stderr) return row;
  return {
    ...plain,
    ...(stdout && (await openedEnds(open, row, 'stdout', stdout))),
    ...(stderr && (await openedEnds(open, row, 'stderr', stderr))),
  };
}

async function openedEnds(open: Open, row: CommandRow, name: StreamName, { view, pieces }: SealedEnds) {
  const total = row[`${name}_bytes`];
  const opened = await Promise.all(
    pieces.map(async ({ start_offset: start, data, seal }) => {
      if (seal === null) return { start, data: fromBase64(data) };
      return { start, data: await open(apart({ data, seal }), outputPlace(row.id, streamNumber(name), start)) };
    }),
  );
  const { head, tail } = endsOf(opened, view, total);
  return { [`${name}_head`]: toBase64(head), [`${name}_tail`]: toBase64(tail) };
}

/** As stored_ends cuts them: what is whole from the start, and of the rest what is whole to the end. */
function endsOf(pieces: { start: number; data: Uint8Array }[], view: number, total: number) {
  let headEnd = 0;
  for (const { start, data } of pieces) if (start === headEnd) headEnd += data.length;
  headEnd = Math.min(headEnd, view, total);
  let tailStart = total;
  for (const { start, data } of pieces.toReversed()) if (start + data.length === tailStart) tailStart = start;
  tailStart = Math.max(tailStart, headEnd, total - view);
  return { head: between(pieces, 0, headEnd), tail: between(pieces, tailStart, total) };
}

/** The bytes of [from, to), which the pieces have without a hole. */
function between(pieces: { start: number; data: Uint8Array }[], from: number, to: number): Uint8Array {
  const parts = pieces
    .map(({ start, data }) => data.subarray(Math.max(0, from - start), Math.max(0, to - start)))
    .filter(({ length }) => length > 0);
  return joined(parts, Math.max(0, to - from));
}
