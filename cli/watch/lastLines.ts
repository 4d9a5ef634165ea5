/** Where the last lines of a command's output begin. */
import type { StreamName } from '../../sql/contract.ts';
import type { Client } from '../client/index.ts';

/** Looked at from the end of each stream; longer lines than this allows are begun in their middle. */
const tailBytesMax = 1024 * 1024;
const newline = 0x0a;

/** The offsets, for each stream, of its last `lines` lines as far as they are stored now. */
export async function lastLines(client: Client, id: string, lines: number): Promise<Record<StreamName, number>> {
  const [stdout, stderr] = await Promise.all([
    offsetOf(client, id, 'stdout', lines),
    offsetOf(client, id, 'stderr', lines),
  ]);
  return { stdout, stderr };
}

async function offsetOf(client: Client, id: string, stream: StreamName, lines: number): Promise<number> {
  const query = { stream, offset: -tailBytesMax };
  const response = await client.request('GET', `/v1/commands/${id}/output`, { query });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const end = Number(response.headers.get('limpet-next-offset'));
  return end - bytes.length + startOfLastLines(bytes, lines);
}

/** The index at which the last `lines` lines begin; a last line without its end counts. */
function startOfLastLines(bytes: Uint8Array, lines: number): number {
  let at = bytes.length - 1;
  for (let left = lines; at > 0; at -= 1) {
    if (bytes[at - 1] === newline) left -= 1;
    if (left === 0) return at;
  }
  return 0;
}
