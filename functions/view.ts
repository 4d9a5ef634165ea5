/** From a command's row to its JSON: the stored ends of both streams as text, with what is not shown said between them. */
import type { z } from 'zod';
import { Command, type CommandRow, hasEnded, type StreamName } from '../sql/contract.ts';
import { fromBase64, joined } from './bytes.ts';

/** `?strip=ansi` takes escape sequences out of the text; the stored bytes stay. */
interface ViewOptions {
  stripAnsi?: boolean;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The command as its callers see it. */
export function viewCommand(row: CommandRow, options: ViewOptions = {}): Command {
  const { stdout_head, stdout_tail, stderr_head, stderr_tail, ...rest } = row;
  const stdout = viewStream(row, 'stdout', fromBase64(stdout_head), fromBase64(stdout_tail), options);
  const stderr = viewStream(row, 'stderr', fromBase64(stderr_head), fromBase64(stderr_tail), options);
  const shown = { ...rest, stdout: stdout.text, stderr: stderr.text, truncated: stdout.truncated || stderr.truncated };
  return inOrder(Command, shown);
}

/** The same object with its fields in the order of the contract: people read answers, too, and jsonb keeps no order. */
export function inOrder<Shape extends z.ZodObject>(shape: Shape, value: z.infer<Shape>): z.infer<Shape> {
  const fields = value as Record<string, unknown>;
  return Object.fromEntries(Object.keys(shape.shape).map((key) => [key, fields[key]])) as z.infer<Shape>;
}

function viewStream(row: CommandRow, stream: StreamName, head: Uint8Array, tail: Uint8Array, options: ViewOptions) {
  const total = row[`${stream}_bytes`];
  const strip = options.stripAnsi ? stripAnsi : (text: string) => text;
  if (head.length + tail.length >= total) {
    const bytes = tail.length === 0 ? head : joined([head, tail], head.length + tail.length);
    // While it runs, the last character may still be on its way.
    return { text: strip(decoder.decode(hasEnded(row.state) ? bytes : withoutCutEnd(bytes))), truncated: false };
  }
  const [first, last] = [withoutCutEnd(head), withoutCutStart(tail)];
  const cut = `\n[… ${cutText(row, stream, total - first.length - last.length, total - head.length - tail.length)} …]\n`;
  return { text: strip(decoder.decode(first)) + cut + strip(decoder.decode(last)), truncated: true };
}

/**
 * What is said of `hidden` bytes, of which `missing` are not in the row: those that were dropped can be read nowhere. They are counted for
 * both streams together, so where both have bytes missing, only their bounds are known.
 */
function cutText(row: CommandRow, stream: StreamName, hidden: number, missing: number): string {
  const where = `GET /v1/commands/${row.id}/output?stream=${stream}`;
  if (row.dropped_bytes === 0) return `${hidden} bytes not shown; ${where}`;
  const most = Math.min(missing, row.dropped_bytes);
  const least = Math.max(0, row.dropped_bytes - missingOf(row, stream === 'stdout' ? 'stderr' : 'stdout'));
  if (least === hidden) return `${hidden} bytes were dropped`;
  return `${hidden} bytes not shown, ${least === most ? '' : 'up to '}${most} of them dropped; ${where}`;
}

/** The bytes of a stream that are not in the row. */
function missingOf(row: CommandRow, stream: StreamName): number {
  return row[`${stream}_bytes`] - fromBase64(row[`${stream}_head`]).length - fromBase64(row[`${stream}_tail`]).length;
}

/** Without a character at the end of which bytes are missing. Bytes that could not become one stay, and show as U+FFFD. */
export function withoutCutEnd(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    return sequenceLength(byte) > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

/** Without the rest of a character that began before the cut. */
export function withoutCutStart(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start] ?? 0)) start += 1;
  return bytes.subarray(start);
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** How many bytes a character takes that begins with this one; 1 for what begins none. */
function sequenceLength(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 1;
}

const esc = '\u001b';
const sequences = new RegExp(
  [
    `${esc}\\[[0-?]*[ -/]*(?:[@-~]|$)`,
    `${esc}[\\]P^_X][^\\u0007${esc}\\u009c]*(?:\\u0007|\\u009c|${esc}\\\\|$)`,
    `${esc}[ -/]*(?:[0-~]|$)`,
  ].join('|'),
  'g',
);

/** A text without terminal escape sequences: CSI, OSC and other strings, and the short ones; also one that is cut at the end. */
export function stripAnsi(text: string): string {
  return text.includes(esc) ? text.replace(sequences, '') : text;
}
