/** The bytes of a body, within a limit. */
import { limits } from '../sql/contract.ts';
import { joined } from './bytes.ts';
import type { EdgeContext } from './edge.ts';
import { aboveLimit, type LimitName } from './limitText.ts';
import { Problem } from './problem.ts';

/** All bytes of the body. Reads no more than the limit, whatever length was announced or not. */
export async function readBytes(c: EdgeContext, limit: LimitName): Promise<Uint8Array> {
  const announced = c.req.header('content-length');
  if (Number(announced ?? 0) > limits[limit]) throw tooLarge(limit);
  try {
    // Both runtimes hold a body to the length it announced, and give it much faster in one piece.
    const isHeld = announced !== undefined && c.req.header('transfer-encoding') === undefined;
    return isHeld ? new Uint8Array(await c.req.raw.arrayBuffer()) : await readPieces(c.req.raw.body, limit);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem('bad_request', 'The body ended early.');
  }
}

async function readPieces(body: ReadableStream<Uint8Array> | null, limit: LimitName): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limits[limit]) throw tooLarge(limit);
    pieces.push(value);
  }
  return joined(pieces, length);
}

function tooLarge(limit: LimitName): Problem {
  return new Problem('too_large', `body: ${aboveLimit(limit, 'bytes')}`);
}
