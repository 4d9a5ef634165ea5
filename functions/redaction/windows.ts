/** Masks what is read of a stream by looking at more than is shown: what a rule finds may begin before it, or end behind it. */
import type { CommandRow, StreamName } from '../../sql/contract.ts';
import type { OutputPiece } from '../../sql/edge.ts';
import { fromBase64, joined, toBase64 } from '../bytes.ts';
import { maskBytes } from './mask.ts';
import { matchLengthMax, type Rule } from './rules.ts';

/** Reads stored pieces of one stream. */
export type ReadPieces = (offset: number, limit: number) => Promise<OutputPiece[]>;

/** The pieces of [offset, offset + limit) with secrets masked: those that follow one another come as one. */
export async function maskedPieces(
  rules: readonly Rule[],
  read: ReadPieces,
  offset: number,
  limit: number,
): Promise<OutputPiece[]> {
  const from = Math.max(0, offset - matchLengthMax);
  const end = offset + limit;
  const until = end + matchLengthMax;
  return runsOf(await read(from, until - from)).flatMap(({ start, data }) => {
    // What ends before the end of what was asked for ends where nothing more is stored yet, or is lost.
    const cuts = { start: start > 0, end: start + data.length < until };
    const { bytes } = maskBytes(rules, data, cuts);
    const cut = bytes.subarray(Math.max(0, offset - start), Math.max(0, end - start));
    return cut.length === 0 ? [] : [{ start_offset: Math.max(start, offset), data: cut }];
  });
}

/** Pieces that follow one another, joined. */
function runsOf(pieces: OutputPiece[]): { start: number; data: Uint8Array }[] {
  const runs: { start: number; length: number; parts: Uint8Array[] }[] = [];
  for (const { start_offset: start, data } of pieces) {
    const last = runs.at(-1);
    if (last && last.start + last.length === start) {
      last.parts.push(data);
      last.length += data.length;
    } else runs.push({ start, length: data.length, parts: [data] });
  }
  return runs.map(({ start, length, parts }) => ({
    start,
    data: parts.length === 1 && parts[0] ? parts[0] : joined(parts, length),
  }));
}

/** Both ends of a stream, as a row has them, with secrets masked; by which rules goes to `names`. */
export function maskedEnds(rules: readonly Rule[], row: CommandRow, name: StreamName, names: Set<string>) {
  const [head, tail] = [fromBase64(row[`${name}_head`]), fromBase64(row[`${name}_tail`])];
  const told = (masked: { bytes: Uint8Array; names: string[] }) => {
    for (const found of masked.names) names.add(found);
    return masked.bytes;
  };
  if (head.length + tail.length >= row[`${name}_bytes`]) {
    const all = told(maskBytes(rules, joined([head, tail], head.length + tail.length), { end: true }));
    return ends(name, all.subarray(0, head.length), all.subarray(head.length));
  }
  const last = told(maskBytes(rules, tail, { start: true, end: true }));
  return ends(name, told(maskBytes(rules, head, { end: true })), last.subarray(wholeFrom(last)));
}

/**
 * Where the tail is whole: what stands before its first line break, or, where it has none, before its first blank, may be the rest of
 * something that began before it, and is not shown.
 */
function wholeFrom(tail: Uint8Array): number {
  const line = tail.findIndex((byte) => byte === 10 || byte === 13);
  const end = line >= 0 ? line : tail.findIndex((byte) => byte === 32 || byte === 9);
  return end >= 0 ? end + 1 : tail.length;
}

function ends(name: StreamName, head: Uint8Array, tail: Uint8Array) {
  return { [`${name}_head`]: toBase64(head), [`${name}_tail`]: toBase64(tail) };
}
