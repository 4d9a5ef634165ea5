/** All that is stored of a command's output as plain text, for the clipboard: stdout, then stderr. */
import { PlainText } from '../plainText.ts';
import { Problem } from '../problem.ts';
import { RecordingText } from '../recordingText.ts';
import type { Reader } from './blocks.ts';

/** What a clipboard is given at most; the links beside the output have more. */
const copyBytesMax = 8 * 1024 * 1024;

/** The text, without escape sequences; where bytes were dropped it says how many. Throws `too_large` beyond 8 MiB. */
export async function readPlainOutput({ calls, credential }: Reader, id: string): Promise<string> {
  const row = await calls.readCommand(credential, id);
  const [recorded, plain] = [new RecordingText(true), new PlainText()];
  if (row.stdout_bytes + row.stderr_bytes - row.dropped_bytes > copyBytesMax) {
    throw new Problem('too_large', 'This is too much to copy: download it.');
  }
  const parts: string[] = [];
  for (const name of ['stdout', 'stderr'] as const) {
    const pieces = await calls.readOutput(credential, row.id, name, 0, row[`${name}_bytes`]);
    parts.push(...pieces.map((piece) => plain.add(recorded.output(name, piece.data, piece.start_offset))));
    parts.push(plain.add(recorded.rest()));
  }
  return `${parts.join('')}${plain.rest()}`;
}
