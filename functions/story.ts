/** Tells a command from any point to its end: text of both streams with exact offsets, and its states. Pure but for its reads. */
import { hasEnded, StreamName } from '../sql/contract.ts';
import type { OutputPiece, Progress } from '../sql/edge.ts';
import { joined } from './bytes.ts';
import { withoutCutEnd } from './view.ts';

/** How many bytes of each stream have been told. */
export type Position = Record<StreamName, number>;

/** What is told, each with the position behind it. */
export type Told =
  | { kind: 'output'; position: Position; data: { stream: StreamName; offset: number; text: string } }
  | { kind: 'hole'; position: Position; data: { stream: StreamName; offset: number; bytes: number } }
  | { kind: 'state'; position: Position; data: Progress };

/** What a story is told from: reads of one command, and pauses between them. */
export interface Reads {
  progress(): Promise<Progress>;
  output(stream: StreamName, offset: number, limit: number): Promise<OutputPiece[]>;
  /** Resolves when it is worth looking again; `quiet`: nothing new was found. False: nobody listens any more. */
  pause(quiet: boolean): Promise<boolean>;
}

/** Read and told at once: one event of this size is held for each reader. */
const pageBytes = 64 * 1024;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Tells the state, then output as it is stored, each change of state, and at last the final state: only after all of the
 * output, since both were stored together. Ends then, or when nobody listens.
 */
export async function* tell(reads: Reads, from: Position): AsyncGenerator<Told> {
  const position = { ...from };
  let told: string | undefined;
  for (;;) {
    const progress = await reads.progress();
    const ended = hasEnded(progress.state);
    const before = position.stdout + position.stderr;
    if (!ended && progress.state !== told) yield { kind: 'state', position: { ...position }, data: progress };
    told = progress.state;
    for (const stream of StreamName.options)
      yield* streamed(reads, stream, position, progress[`${stream}_bytes`], ended);
    if (ended) return yield { kind: 'state', position: { ...position }, data: progress };
    if (!(await reads.pause(position.stdout + position.stderr === before))) return;
  }
}

/** What is stored of one stream from its position to `total`; moves the position. */
async function* streamed(
  reads: Reads,
  stream: StreamName,
  position: Position,
  total: number,
  ended: boolean,
): AsyncGenerator<Told> {
  while (position[stream] < total) {
    const offset = position[stream];
    const pieces = await reads.output(stream, offset, Math.min(pageBytes, total - offset));
    const start = pieces[0]?.start_offset ?? total;
    if (start > offset) {
      // While it runs, what is missing is on its way; the hole is told once it is certain.
      if (pieces.length === 0 && !ended) return;
      const end = pieces.length === 0 ? await nextStored(reads, stream, offset, total) : start;
      position[stream] = end;
      yield { kind: 'hole', position: { ...position }, data: { stream, offset, bytes: end - offset } };
      continue;
    }
    const bytes = contiguous(pieces);
    const isLast = ended && offset + bytes.length === total;
    const whole = isLast ? bytes : withoutCutEnd(bytes);
    // The rest of a character is on its way.
    if (whole.length === 0) return;
    position[stream] = offset + whole.length;
    yield { kind: 'output', position: { ...position }, data: { stream, offset, text: decoder.decode(whole) } };
  }
}

function contiguous(pieces: OutputPiece[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = pieces[0]?.start_offset ?? 0;
  const start = at;
  for (const piece of pieces) {
    if (piece.start_offset !== at) break;
    parts.push(piece.data);
    at += piece.data.length;
  }
  return joined(parts, at - start);
}

/** Where stored bytes begin again after a hole; its end if nothing was kept behind it. */
async function nextStored(reads: Reads, stream: StreamName, offset: number, total: number): Promise<number> {
  const [piece] = await reads.output(stream, offset, total - offset);
  return piece?.start_offset ?? total;
}
