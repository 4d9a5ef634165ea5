/** Commands as the page shows them: each row with its output, of which only so much is read as one page can show. */
import type { Block, BlockOutput } from '../../html/block.ts';
import { cursorAt, type OutputHtml, readBytesMax, renderOutput, type StreamCursor } from '../../html/output.ts';
import { type CommandRow, hasEnded, type StreamName } from '../../sql/contract.ts';
import type { Credential, EdgeCalls } from '../../sql/edge.ts';
import { fromBase64, joined } from '../bytes.ts';
import { Problem } from '../problem.ts';

/** Who asks, and how. */
export interface Reader {
  calls: EdgeCalls;
  credential: Credential;
}

/** Output read for one page beyond what the rows carry; the newest commands have it first. */
const pageBytesMax = 1024 * 1024;

/**
 * The blocks of some rows in order. `before`: the directory in which the first of them began, where that is known; `present`:
 * where the session is now.
 */
export async function readBlocks(
  reader: Reader,
  rows: CommandRow[],
  before: string | null,
  present: string | null,
): Promise<Block[]> {
  const directories = directoriesOf(rows, before, present);
  let budget = pageBytesMax;
  const outputs = new Map<number, Promise<BlockOutput>>();
  for (const row of rows.toReversed()) {
    const needed = Math.min(row.stdout_bytes, readBytesMax) + Math.min(row.stderr_bytes, readBytesMax);
    const isWithin = endsOf(row, 'stdout').isAll && endsOf(row, 'stderr').isAll;
    if (!isWithin) budget -= needed;
    outputs.set(row.seq, readBlockOutput(reader, row, isWithin || budget < 0));
  }
  return Promise.all(
    rows.map(async (command, index) => {
      const output = (await outputs.get(command.seq)) ?? { stdout: undefined, stderr: undefined, isCut: false };
      return { command, cwd: directories[index] ?? null, output };
    }),
  );
}

/** A command's output from its start, or the last of it. `fromRow`: only what the row itself carries. */
export async function readBlockOutput(reader: Reader, row: CommandRow, fromRow = false): Promise<BlockOutput> {
  const [stdout, stderr] = await Promise.all(
    (['stdout', 'stderr'] as const).map((name) => readLast(reader, row, name, fromRow)),
  );
  const isCut = [stdout, stderr].some((stream) => stream?.isCut);
  return { stdout: stdout?.shown, stderr: stderr?.shown, isCut };
}

/** What follows a cursor. Undefined where it cannot be shown by adding to what is there. */
export async function readNext(
  reader: Reader,
  row: CommandRow,
  name: StreamName,
  cursor: StreamCursor,
): Promise<OutputHtml | undefined> {
  const total = row[`${name}_bytes`];
  if (total - cursor.from > readBytesMax) return undefined;
  const bytes = await readWhole(reader, row.id, name, cursor.from, total);
  // A hole: what was dropped lies between what is shown and what is stored.
  if (bytes.start !== cursor.from) return undefined;
  const shown = renderOutput(bytes.data, cursor, hasEnded(row.state));
  return shown.restart ? undefined : shown;
}

/** The last lines before an offset that is at a line's start. */
export async function readBefore(reader: Reader, id: string, name: StreamName, before: number): Promise<OutputHtml> {
  const { start, data } = await readWhole(reader, id, name, Math.max(0, before - readBytesMax), before);
  const skipped = start === 0 ? 0 : data.indexOf(0x0a) + 1;
  return renderOutput(data.subarray(skipped), cursorAt(start + skipped), true);
}

async function readLast(reader: Reader, row: CommandRow, name: StreamName, fromRow: boolean) {
  const total = row[`${name}_bytes`];
  if (total === 0 && hasEnded(row.state)) return undefined;
  const { head, tail, isAll } = endsOf(row, name);
  const bytes = isAll
    ? { start: 0, data: joined([head, tail], head.length + tail.length) }
    : fromRow
      ? { start: total - tail.length, data: tail }
      : await readWhole(reader, row.id, name, Math.max(0, total - readBytesMax), total).catch(orNone(total));
  const skipped = bytes.start === 0 ? 0 : bytes.data.indexOf(0x0a) + 1;
  const shown = renderOutput(bytes.data.subarray(skipped), cursorAt(bytes.start + skipped), hasEnded(row.state));
  return { shown, isCut: bytes.start > 0 || shown.isCut };
}

/** The bytes of [from, to), or those behind the last hole in it. */
async function readWhole({ calls, credential }: Reader, id: string, name: StreamName, from: number, to: number) {
  if (from >= to) return { start: from, data: new Uint8Array() };
  const pieces = await calls.readOutput(credential, id, name, from, to - from);
  let first = pieces.length - 1;
  while (first > 0 && endOf(pieces[first - 1]) === Number(pieces[first]?.start_offset)) first -= 1;
  const whole = pieces.slice(Math.max(0, first)).map(({ data }) => data);
  const data = joined(
    whole,
    whole.reduce((sum, { length }) => sum + length, 0),
  );
  return { start: Number(pieces[first]?.start_offset ?? from), data };
}

/** What cannot be opened here is not shown, and said to be more than is; whoever asks for it is told why. */
function orNone(total: number) {
  return (error: unknown) => {
    if (error instanceof Problem && error.code === 'sealed') return { start: total, data: new Uint8Array() };
    throw error;
  };
}

function endOf(piece: { start_offset: number; data: Uint8Array } | undefined): number {
  return piece ? Number(piece.start_offset) + piece.data.length : -1;
}

/** Both stored ends of a stream, which are all of it where it is short. */
export function endsOf(row: CommandRow, name: StreamName): { head: Uint8Array; tail: Uint8Array; isAll: boolean } {
  const [head, tail] = [fromBase64(row[`${name}_head`]), fromBase64(row[`${name}_tail`])];
  return { head, tail, isAll: head.length + tail.length >= row[`${name}_bytes`] };
}

/**
 * Where each command began: where the last one before it that is known to have ended left the shell. Where none is known, a
 * command that still runs began where the session is; of one that has ended nothing is said.
 */
function directoriesOf(rows: CommandRow[], before: string | null, present: string | null): (string | null)[] {
  let last = before;
  return rows.map((row) => {
    const began = row.state === 'queued' ? null : (last ?? (hasEnded(row.state) ? null : present));
    if (row.cwd !== null && hasEnded(row.state)) last = row.cwd;
    return began;
  });
}
