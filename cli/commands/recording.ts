import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Option, type Command as Program } from 'commander';
import { type Api, apiCommand, runApi } from '../api.ts';
import type { ConnectionFlags } from '../client/settings.ts';
import { counted } from '../terminal/progress.ts';

type Format = 'v3' | 'v2' | 'txt' | 'ndjson';
type Options = ConnectionFlags & { output?: string; format: Format; idleTimeLimit?: string };

const formats: Format[] = ['v3', 'v2', 'txt', 'ndjson'];

const examples = `  limpet recording demo -o demo.cast && asciinema play demo.cast
  limpet recording demo --format v2 --idle-time-limit 2 | asciinema play -
  limpet recording demo --format txt | less
  limpet recording demo --format ndjson | jq -r 'select(.kind == "command").data'

An asciicast (v3, v2) has the original pace, and a marker for each command; txt has neither times nor escape sequences; ndjson has an
event a line, each with its time.`;

/** `limpet recording`: a session as an asciicast, or as text. */
export function addRecording(program: Program): void {
  apiCommand(program, 'recording', 'get a session as a recording that asciinema plays, or as text', examples)
    .argument('<session>', 'by name or id; open or closed')
    .option('-o, --output <file>', 'write it there, once it is whole; else to standard output')
    .addOption(
      new Option('--format <format>', 'an asciicast of version 3 or 2, or text').choices(formats).default('v3'),
    )
    .option('--idle-time-limit <seconds>', 'the player cuts pauses to this; the recorded times stay true')
    .action((session: string, options: Options) => runApi(options, (api) => recording(api, session, options)));
}

async function recording(api: Api, session: string, { output, format, idleTimeLimit }: Options): Promise<undefined> {
  const query = { format: format.startsWith('v') ? `asciicast-${format}` : format, idle_time_limit: idleTimeLimit };
  const response = await api.client.request('GET', `/v1/sessions/${encodeURIComponent(session)}/recording`, { query });
  const source = (response.body ?? []) as unknown as AsyncIterable<Uint8Array>;
  if (output === undefined) await pipeline(source, process.stdout, { end: false });
  else await save(api, source, output);
  return undefined;
}

/** A part of a recording is never left under its name. */
async function save(api: Api, source: AsyncIterable<Uint8Array>, file: string): Promise<void> {
  const part = `${file}.part`;
  try {
    await pipeline(counted(source), createWriteStream(part));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  api.hint(`${file} is written.`);
}
