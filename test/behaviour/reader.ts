/** A reader of a command's events that checks their offsets as they come. */
import { expect } from 'vitest';
import type { Api } from '../functions/api/fixture.ts';

export interface Event {
  id: string;
  event: 'output' | 'hole' | 'state';
  data: Output | Hole | Progress;
}
interface Output {
  stream: 'stdout' | 'stderr';
  offset: number;
  text: string;
}
interface Hole {
  stream: 'stdout' | 'stderr';
  offset: number;
  bytes: number;
}
export interface Progress {
  state: string;
}

/** What events tell, put together. */
export interface Story {
  events: Event[];
  stdout: string;
  stderr: string;
  /** Bytes that were dropped. */
  holes: number;
}

export class Reader {
  readonly status: number;
  #events: Event[] = [];
  #leaving = new AbortController();
  #reading: Promise<void> | null = null;
  #response: Response;

  private constructor(response: Response, leaving: AbortController) {
    this.status = response.status;
    this.#response = response;
    this.#leaving = leaving;
  }

  /** Connects; nothing is read until `read` or `whole`. */
  static async follow(api: Api, command: string, lastId?: string): Promise<Reader> {
    const leaving = new AbortController();
    const headers = { Authorization: `Bearer ${api.key}`, ...(lastId && { 'Last-Event-ID': lastId }) };
    const response = await fetch(`${api.url}/v1/commands/${command}/events`, { headers, signal: leaving.signal });
    return new Reader(response, leaving);
  }

  /** Reads as events come, from now on. */
  read(): void {
    this.#reading ??= this.#read();
  }

  /** Reads to the end. */
  async whole(): Promise<Story> {
    this.read();
    await this.#reading;
    return this.story();
  }

  /** What was told until now. */
  story(): Story {
    return told(this.#events);
  }

  /** Breaks the connection. */
  leave(): void {
    this.#leaving.abort();
  }

  async #read(): Promise<void> {
    let rest = '';
    try {
      for await (const text of this.#response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop() ?? '';
        this.#events.push(...blocks.filter((block) => !block.startsWith(':')).map(parse));
      }
    } catch (error) {
      if (!this.#leaving.signal.aborted) throw error;
    }
  }
}

function parse(block: string): Event {
  const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
  return { id: fields.id, event: fields.event, data: JSON.parse(fields.data) };
}

/** Puts events together. Fails where an offset is not where the one before has ended, or a character is broken. */
export function told(events: Event[]): Story {
  const story: Story = { events, stdout: '', stderr: '', holes: 0 };
  const at: { stdout?: number; stderr?: number } = {};
  for (const { event, data } of events) {
    if (event === 'state') continue;
    const { stream, offset } = data as Output | Hole;
    if (at[stream] !== undefined) expect(offset).toBe(at[stream]);
    const { text = '', bytes = Buffer.byteLength(text) } = data as Partial<Output & Hole>;
    expect(text).not.toContain('\ufffd');
    at[stream] = offset + bytes;
    story[stream] += text;
    if (event === 'hole') story.holes += bytes;
  }
  return story;
}
