/** Masks pages of a recording and of late output, where a stream's text stands in many rows. */
import type { LatePiece, RecordingRow } from '../../sql/edge.ts';
import { fromBase64, joined, toBase64 } from '../bytes.ts';
import { maskBytes, maskText } from './mask.ts';
import { matchLengthMax, type Rule } from './rules.ts';
import type { ReadPieces } from './windows.ts';

type OutputRow = RecordingRow & { stream: 1 | 2; start_offset: number };

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The rows of a page, masked; `read` gives what stands before and behind them in a stream of a command. */
export async function maskedRecording(
  rules: readonly Rule[],
  rows: RecordingRow[],
  read: (command: string, stream: 1 | 2) => ReadPieces,
): Promise<RecordingRow[]> {
  const masked = new Map<RecordingRow, Uint8Array>();
  for (const streamRows of byStream(rows)) {
    for (const run of runsOf(streamRows)) await maskRun(rules, run, read, masked);
  }
  return rows.map((row) => {
    if (row.kind !== 'command') return { ...row, data: masked.get(row) ?? row.data };
    return { ...row, data: encoder.encode(maskText(rules, decoder.decode(row.data)).text) };
  });
}

function byStream(rows: RecordingRow[]): OutputRow[][] {
  const outputs = rows.filter((row): row is OutputRow => row.kind === 'output');
  return [...Map.groupBy(outputs, ({ seq, stream }) => `${seq} ${stream}`).values()];
}

function runsOf(rows: OutputRow[]): OutputRow[][] {
  const runs: OutputRow[][] = [];
  let end = -1;
  for (const row of rows) {
    if (row.start_offset === end) runs.at(-1)?.push(row);
    else runs.push([row]);
    end = row.start_offset + row.data.length;
  }
  return runs;
}

async function maskRun(
  rules: readonly Rule[],
  run: OutputRow[],
  read: (command: string, stream: 1 | 2) => ReadPieces,
  masked: Map<RecordingRow, Uint8Array>,
): Promise<void> {
  const [{ command_id: id, stream, start_offset: start } = run[0] as OutputRow] = run;
  const length = run.reduce((total, { data }) => total + data.length, 0);
  const around = id ? read(id, stream) : async () => [];
  const from = Math.max(0, start - matchLengthMax);
  const before = adjoining(start > 0 ? await around(from, start - from) : [], start, 'before');
  const behind = adjoining(await around(start + length, matchLengthMax), start + length, 'behind');
  const parts = [before, ...run.map(({ data }) => data), behind];
  const all = joined(parts, before.length + length + behind.length);
  const cuts = { start: start - before.length > 0, end: behind.length < matchLengthMax };
  const { bytes } = maskBytes(rules, all, cuts);
  let at = before.length;
  for (const row of run) {
    masked.set(row, bytes.subarray(at, at + row.data.length));
    at += row.data.length;
  }
}

/** Of the pieces what reaches to `offset` from its side without a hole. */
function adjoining(
  pieces: { start_offset: number; data: Uint8Array }[],
  offset: number,
  side: 'before' | 'behind',
): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = offset;
  for (const { start_offset: start, data } of side === 'before' ? pieces.toReversed() : pieces) {
    if ((side === 'before' ? start + data.length : start) !== at) break;
    if (side === 'before') parts.unshift(data);
    else parts.push(data);
    at += side === 'before' ? -data.length : data.length;
  }
  return joined(parts, Math.abs(at - offset));
}

/** A page of late output, masked; `before` is what stands in front of it, and is not shown. */
export function maskedLate(rules: readonly Rule[], before: LatePiece[], items: LatePiece[]): LatePiece[] {
  const masked = new Map<LatePiece, string>();
  for (const pieces of Map.groupBy(
    [...before, ...items],
    ({ command_id, stream }) => `${command_id} ${stream}`,
  ).values()) {
    const parts = pieces.map(({ data }) => fromBase64(data));
    const all = joined(
      parts,
      parts.reduce((total, { length }) => total + length, 0),
    );
    const { bytes } = maskBytes(rules, all, { start: true, end: true });
    let at = 0;
    for (const [index, piece] of pieces.entries()) {
      const length = parts[index]?.length ?? 0;
      masked.set(piece, toBase64(bytes.subarray(at, at + length)));
      at += length;
    }
  }
  return items.map((piece) => ({ ...piece, data: masked.get(piece) ?? piece.data }));
}
