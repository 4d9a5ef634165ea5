/** The bytes of a body, within a limit. */
import { joined } from './bytes.ts';
import type { EdgeContext } from './edge.ts';
import { Problem } from './problem.ts';

/** All bytes of the body. Reads no more than the limit, whatever length was announced or not. */
export async function readBytes(c: EdgeContext, bytesMax: number): Promise<Uint8Array> {
  const announced = c.req.header('content-length');
  if (Number(announced ?? 0) > bytesMax) throw tooLarge(bytesMax);
  try {
    // Both runtimes hold a body to the length it announced, and give it much faster in one piece.
    const isHeld = announced !== undefined && c.req.header('transfer-encoding') === undefined;
    return isHeld ? new Uint8Array(await c.req.raw.arrayBuffer()) : await readPieces(c.req.raw.body, bytesMax);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem('bad_request', 'The body ended early.');
  }
}

async function readPieces(body: ReadableStream<Uint8Array> | null, bytesMax: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > bytesMax) throw tooLarge(bytesMax);
    pieces.push(value);
  }
  return joined(pieces, length);
}

function tooLarge(bytesMax: number): Problem {
  return new Problem('too_large', `The body is above the limit of ${bytesMax} bytes.`);
}
