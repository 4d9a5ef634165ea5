/** The last checkpoint seen of each log, remembered between runs, and read from whatever file one has it in. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { lineBytesMax } from '../../audit/bundle.ts';
import { parseCheckpoint } from '../../audit/checkpoint.ts';
import type { Seen } from '../../audit/history.ts';
import { textOfNote } from '../../audit/note.ts';
import { UsageError } from '../client/problem.ts';
import { linesOf } from './lines.ts';

const State = z.object({ version: z.literal(1), logs: z.record(z.string(), z.object({ note: z.string() })) });
const Entry = z.object({ note: z.string() });

/** Where it is remembered if nothing is said. */
export function defaultStateFile(stateHome: string | undefined): string {
  return path.join(stateHome ?? path.join(homedir(), '.local', 'state'), 'limpet', 'checkpoints.json');
}

/** The note of the last checkpoint seen of a log; undefined where none was. Throws a sentence where the file is not ours. */
export async function remembered(file: string, log: string): Promise<string | undefined> {
  return (await readState(file)).logs[log]?.note;
}

/** Remembers a checkpoint, unless a later one is. Readers see the old file or the new one. */
export async function remember(file: string, { note, checkpoint }: Seen): Promise<void> {
  const state = await readState(file);
  const before = state.logs[checkpoint.log]?.note;
  if (before !== undefined && checkpointNumber(before) >= checkpoint.number) return;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  state.logs[checkpoint.log] = { note };
  await writeFile(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** The number of a checkpoint, whoever signed it. */
export function checkpointNumber(note: string): number {
  return parseCheckpoint(textOfNote(note)).number;
}

/** The last checkpoint in a file: a note alone, or what a host appends (checkpoints.ndjson). Throws a sentence. */
export async function readCheckpoint(file: string): Promise<string> {
  const { createReadStream } = await import('node:fs');
  const lines: string[] = [];
  let last: string | undefined;
  try {
    for await (const line of linesOf(createReadStream(file), lineBytesMax)) {
      if (line.startsWith('{')) last = Entry.parse(JSON.parse(line)).note;
      else if (last === undefined) lines.push(line);
    }
    const note = last ?? lines.map((line) => `${line}\n`).join('');
    checkpointNumber(note);
    return note;
  } catch (error) {
    throw new UsageError(`${file} holds no checkpoint: ${(error as Error).message}`);
  }
}

async function readState(file: string): Promise<z.infer<typeof State>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new UsageError(`${file}, where the last checkpoint seen is remembered, cannot be read (${error.code}).`);
  });
  if (text === undefined) return { version: 1, logs: {} };
  try {
    return State.parse(JSON.parse(text));
  } catch {
    throw new UsageError(`${file} is not what \`limpet audit\` remembers: name another with --state, or move it away.`);
  }
}
