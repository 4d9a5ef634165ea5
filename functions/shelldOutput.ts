/** The output of one command of a key's shell, as shelld gives it. What is short comes with the row, the rest page by page. */
import type { CommandRow } from '../sql/contract.ts';
import { fromBase64, joined, utf8 } from './bytes.ts';
import type { Edge, EdgeContext } from './edge.ts';
import { Lines } from './lines.ts';
import { outputStream } from './outputStream.ts';

/** 200 with the output; how the command ended, which shelld does not tell, is in headers. */
export async function answerOutput(edge: Edge, c: EdgeContext, row: CommandRow): Promise<Response> {
  const body = shortOutput(row) ?? (await longOutput(edge, c, row));
  return new Response(body, { headers: { 'Content-Type': 'text/plain; charset=utf-8', ...endOf(row) } });
}

/** Headers that tell which command it is and how it ended. */
export function endOf(row: CommandRow): Record<string, string> {
  return {
    'Limpet-Session-Id': row.session_id,
    'Limpet-Command-Id': row.id,
    'Limpet-State': row.state,
    ...(row.exit_code === null ? {} : { 'Limpet-Exit-Code': String(row.exit_code) }),
  };
}

/** Undefined where the row has not all of it. */
function shortOutput(row: CommandRow): Uint8Array<ArrayBuffer> | undefined {
  const [head, tail] = [fromBase64(row.stdout_head), fromBase64(row.stdout_tail)];
  if (head.length + tail.length < row.stdout_bytes) return undefined;
  return new Lines().push(joined([head, tail], head.length + tail.length));
}

/** As a stream: of an output of any size only two pages are in memory. */
async function longOutput(edge: Edge, c: EdgeContext, row: CommandRow): Promise<ReadableStream<Uint8Array>> {
  const credential = c.get('credential');
  const extent = await edge.calls.readOutputExtent(credential, row.id, 'stdout');
  const readPage = (from: number, bytes: number) => edge.calls.readOutput(credential, row.id, 'stdout', from, bytes);
  const { hole_start: holeStart, hole_end: holeEnd, total } = extent;
  const first = await outputStream(readPage, 0, holeStart ?? total);
  const lines = new Lines();
  const pieces = async function* () {
    yield* first;
    if (holeStart === null || holeEnd === null) return;
    yield utf8(`\n[… ${holeEnd - holeStart} bytes were dropped here …]\n`);
    yield* await outputStream(readPage, holeEnd, total);
  };
  return streamOf(pieces(), (piece) => lines.push(piece));
}

function streamOf(pieces: AsyncIterator<Uint8Array>, change: (piece: Uint8Array) => Uint8Array) {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(change(value));
    },
    async cancel() {
      await pieces.return?.();
    },
  });
}
