/** `limpet audit export`: a bundle of the record through the API, to a file or to standard output. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import type { Page, SignedCheckpoint } from '../../sql/contract.ts';
import type { Api } from '../api.ts';
import { counted } from '../terminal/progress.ts';
import { checkpointNumber, readCheckpoint, remembered } from './seen.ts';

export type ExportFlags = {
  output?: string;
  /** A file with the last checkpoint seen. */
  checkpoint?: string;
  state: string | undefined;
};

/** How a bundle ends: without this line it is not whole. */
const lastLine = /\{"type":"end","lines":\d+\}\n$/;
const lastLineBytesMax = 64;

/** Exports the bundle of a session, or of the whole log. Throws where it breaks off; a file is then not made. */
export async function exportBundle(api: Api, session: string | undefined, flags: ExportFlags): Promise<undefined> {
  const path = session === undefined ? '/v1/audit/export' : `/v1/sessions/${encodeURIComponent(session)}/audit`;
  const checkpoint = session === undefined ? undefined : await seenNumber(api, flags);
  const response = await api.client.request('GET', path, { query: { checkpoint } });
  if (!response.body) throw new Error('The answer is empty.');
  if (flags.output === undefined) {
    await copy(response.body, process.stdout);
    return undefined;
  }
  const partial = `${flags.output}.partial`;
  try {
    const file = createWriteStream(partial, { mode: 0o600 });
    await copy(counted(response.body), file);
    file.end();
    await once(file, 'close');
    await rename(partial, flags.output);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  api.hint(`Verify it with: limpet audit verify ${flags.output} --pub KEY`);
  return undefined;
}

/** The checkpoint seen last: whoever verifies will want the session shown at that one. */
async function seenNumber(api: Api, { checkpoint, state }: ExportFlags): Promise<number | undefined> {
  if (checkpoint !== undefined) return checkpointNumber(await readCheckpoint(checkpoint));
  if (state === undefined) return undefined;
  const response = await api.client.request('GET', '/v1/audit/checkpoints', { query: { limit: 1 } });
  const [newest] = ((await response.json()) as Page<SignedCheckpoint>).items;
  const note = newest && (await remembered(state, newest.log));
  return note === undefined ? undefined : checkpointNumber(note);
}

async function copy(body: AsyncIterable<Uint8Array>, to: Writable): Promise<void> {
  let tail = Buffer.alloc(0);
  for await (const chunk of body) {
    tail = Buffer.concat([tail, chunk]).subarray(-lastLineBytesMax);
    if (!to.write(chunk)) await once(to, 'drain');
  }
  if (!lastLine.test(tail.toString('utf8'))) throw new Error('The bundle broke off before its end: export it again.');
}
