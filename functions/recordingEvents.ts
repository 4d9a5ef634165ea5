/** A session's recording as events in the order of time, read page by page: commands, late output and sizes are merged as they come. */
import type { LatePiece, RecordingHead, RecordingRow } from '../sql/edge.ts';
import type { CastEvent } from './asciicast.ts';
import { fromBase64 } from './bytes.ts';
import { RecordingText, textOf } from './recordingText.ts';

/** How the pages are read; each gives fewer than a few MiB, and nothing where it is over. */
export interface RecordingReads {
  rows(seq: number, position: number): Promise<RecordingRow[]>;
  late(after: number): Promise<LatePiece[]>;
}

/** One of three sources, in the order of time. */
type Part =
  | { atUs: number; row: RecordingRow }
  | { atUs: number; late: LatePiece }
  | { atUs: number; size: { cols: number; rows: number } };

/** All events of a recording. */
export async function* recordingEvents(head: RecordingHead, reads: RecordingReads): AsyncGenerator<CastEvent> {
  const text = new RecordingText(head.tty);
  const parts = merge([readRows(reads), readLate(reads), readSizes(head)]);
  let atUs = head.start_us;
  for await (const part of parts) {
    atUs = part.atUs;
    yield* eventsOf(part, text);
  }
  const rest = text.rest();
  if (rest !== '') yield { atUs, code: 'o', data: rest };
}

function* eventsOf(part: Part, text: RecordingText): Generator<CastEvent> {
  const { atUs } = part;
  if ('size' in part) return yield { atUs, code: 'r', data: `${part.size.cols}x${part.size.rows}` };
  if ('row' in part && part.row.kind === 'command') yield { atUs, code: 'm', data: label(textOf(part.row)) };
  const data = shown(part, text);
  if (data !== '') yield { atUs, code: 'o', data };
}

function shown(part: Exclude<Part, { size: unknown }>, text: RecordingText): string {
  if ('late' in part) {
    const { command_id, stream, data } = part.late;
    return text.output(`late ${command_id} ${stream}`, fromBase64(data));
  }
  const { row } = part;
  if (row.kind === 'command') return text.command(textOf(row));
  if (row.kind === 'end') return text.end(row.seq, textOf(row));
  return text.output(`${row.seq} ${row.stream}`, row.data, row.start_offset ?? undefined);
}

/** A marker is told in one short line. */
function label(command: string): string {
  const [first = ''] = command.trim().split('\n');
  const characters = Array.from(first.replaceAll(/\p{Cc}/gu, ' '));
  return characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : characters.join('');
}

async function* readRows({ rows }: RecordingReads): AsyncGenerator<Part> {
  for (let seq = 1, position = -1; ; ) {
    const page = await rows(seq, position);
    for (const row of page) yield { atUs: row.at_us, row };
    const last = page.at(-1);
    if (last === undefined) return;
    [seq, position] = last.kind === 'end' ? [last.seq + 1, -1] : [last.seq, (last.position ?? -1) + 1];
  }
}

async function* readLate({ late }: RecordingReads): AsyncGenerator<Part> {
  for (let after = 0; ; ) {
    const page = await late(after);
    for (const piece of page) yield { atUs: Date.parse(piece.stored_at) * 1000, late: piece };
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.position;
  }
}

async function* readSizes({ resizes }: RecordingHead): AsyncGenerator<Part> {
  for (const { at_us, ...size } of resizes) yield { atUs: at_us, size };
}

/** Of each source one part is in memory; the earliest comes first, and of two at once that of the first source. */
async function* merge(sources: AsyncGenerator<Part>[]): AsyncGenerator<Part> {
  const heads = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    let first = -1;
    for (const [index, head] of heads.entries()) {
      const best = heads[first];
      if (!head.done && (best === undefined || best.done || head.value.atUs < best.value.atUs)) first = index;
    }
    const head = heads[first];
    if (head === undefined || head.done) return;
    yield head.value;
    heads[first] = (await sources[first]?.next()) ?? { done: true, value: undefined };
  }
}
