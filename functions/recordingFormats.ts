/** The formats of a recording: each makes of its events the text of a file. Pure. */
import type { RecordingHead } from '../sql/edge.ts';
import { Asciicast, type CastEvent } from './asciicast.ts';
import { PlainText } from './plainText.ts';

/** What a recording can be had as. */
export const recordingFormats = ['asciicast-v3', 'asciicast-v2', 'txt', 'ndjson'] as const;
type RecordingFormat = (typeof recordingFormats)[number];

/** One recording in one format. Texts may be empty. */
export interface RecordingWriter {
  contentType: string;
  extension: string;
  begin(): string;
  event(event: CastEvent): string;
  end(): string;
}

interface WriterOptions {
  /** Of asciicasts alone: seconds. */
  idleTimeLimit?: number | undefined;
}

/** The writer of a format. */
export function recordingWriter(
  format: RecordingFormat,
  head: RecordingHead,
  options: WriterOptions = {},
): RecordingWriter {
  if (format === 'txt') return textWriter();
  if (format === 'ndjson') return lineWriter(head);
  const { cols, rows, name, id, start_us } = head;
  const cast = new Asciicast(format === 'asciicast-v2' ? 2 : 3, start_us);
  return {
    contentType: 'application/x-asciicast',
    extension: 'cast',
    begin: () => cast.header({ cols, rows, title: name ?? id, ...options }),
    event: (event) => cast.event(event),
    end: () => '',
  };
}

/** What was written, without escape sequences: for reading and searching. */
function textWriter(): RecordingWriter {
  const text = new PlainText();
  return {
    contentType: 'text/plain; charset=utf-8',
    extension: 'txt',
    begin: () => '',
    event: ({ code, data }) => (code === 'o' ? text.add(data) : ''),
    end: () => text.rest(),
  };
}

const kinds: Record<CastEvent['code'], string> = { o: 'output', m: 'command', r: 'size' };

/** An object a line, each with the time of the record; the first is the session. */
function lineWriter({ id, name, cols, rows, start_us }: RecordingHead): RecordingWriter {
  return {
    contentType: 'application/x-ndjson',
    extension: 'ndjson',
    begin: () => line({ session_id: id, name, cols, rows, started_at: timeOf(start_us) }),
    event: ({ atUs, code, data }) => line({ at: timeOf(atUs), kind: kinds[code], data }),
    end: () => '',
  };
}

/** RFC 3339, to the microsecond. */
function timeOf(atUs: number): string {
  const microseconds = String(atUs % 1000).padStart(3, '0');
  return new Date(Math.floor(atUs / 1000)).toISOString().replace('Z', `${microseconds}Z`);
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
