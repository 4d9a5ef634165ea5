/** Sends stored output page by page, no faster than it is taken: one page is sent while the next is read. */
import type { OutputPiece } from '../sql/edge.ts';

/** What is asked of the database at once; two of these are in memory for each reader. */
const pageBytes = 1024 * 1024;

type ReadPage = (offset: number, limit: number) => Promise<OutputPiece[]>;

/** workerd sends Content-Length only for a stream of this kind; Node knows no such thing and needs none. */
declare const FixedLengthStream: (new (length: number) => TransformStream<Uint8Array, Uint8Array>) | undefined;

/**
 * The bytes from `start` to before `end` as a stream. The first page is read before this returns, so that a refusal is still
 * a problem; a later one breaks the stream off, and the missing bytes show by Content-Length.
 */
export async function outputStream(
  readPage: ReadPage,
  start: number,
  end: number,
): Promise<ReadableStream<Uint8Array>> {
  const read = (from: number) => readWhole(readPage, from, Math.min(pageBytes, end - from));
  let at = start;
  let page = read(at);
  await page;
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const pieces = await page;
        for (const piece of pieces) {
          at += piece.length;
          controller.enqueue(piece);
        }
        if (at >= end) return controller.close();
        page = read(at);
        // Whoever pulls next sees the failure; until then it must not count as unhandled.
        page.catch(() => {});
      },
    },
    { highWaterMark: 0 },
  );
  return typeof FixedLengthStream === 'undefined' ? stream : stream.pipeThrough(new FixedLengthStream(end - start));
}

/** The stored pieces of one page. Throws where a byte is missing: bytes are never passed over in silence. */
async function readWhole(readPage: ReadPage, from: number, bytes: number): Promise<Uint8Array[]> {
  if (bytes === 0) return [];
  const pieces = await readPage(from, bytes);
  let at = from;
  for (const piece of pieces) {
    if (piece.start_offset !== at) break;
    at += piece.data.length;
  }
  if (at !== from + bytes)
    throw new Error(`stored output ends at ${at}, and ${from + bytes - at} bytes behind it are missing`);
  return pieces.map((piece) => piece.data);
}
