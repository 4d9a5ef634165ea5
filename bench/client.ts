/** A client of a limpet that was started for a benchmark: what it needs of the API, on one kept connection a request at a time. */
import { Agent, request } from 'node:http';
import type { Stack } from './stack.ts';

export interface Answered {
  id: string;
  state: string;
  stdout: string;
  stdout_bytes: number;
  /** RFC 3339, with microseconds. */
  created_at: string;
  started_at: string;
  finished_at: string;
}

export class Client {
  readonly #stack: Stack;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  /** Opens a session and returns its id. */
  async open(options: object = {}): Promise<string> {
    return (await this.json<{ id: string }>('POST', '/v1/sessions', options)).id;
  }

  /** Runs a command to its end. */
  run(session: string, command: string, options: object = {}): Promise<Answered> {
    return this.json('POST', `/v1/sessions/${session}/commands`, { command, ...options }, { Prefer: 'wait=60' });
  }

  /** Submits a command and does not wait. */
  submit(session: string, command: string): Promise<Answered> {
    return this.json('POST', `/v1/sessions/${session}/commands`, { command }, { Prefer: 'wait=0' });
  }

  async json<Body>(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Body> {
    const chunks: Buffer[] = [];
    await this.bytes(method, path, (chunk) => void chunks.push(chunk), body, headers);
    return JSON.parse(Buffer.concat(chunks).toString()) as Body;
  }

  /** Sends a request; `onChunk` gets its answer's body as it comes. Rejects where the status is no success. */
  bytes(
    method: string,
    path: string,
    onChunk: (chunk: Buffer) => void,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<void> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const asked = request(this.#stack.url + path, {
        method,
        agent: this.#agent,
        headers: {
          Authorization: `Bearer ${this.#stack.key}`,
          ...(text !== undefined && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
          ...headers,
        },
      });
      asked.on('error', reject);
      asked.on('response', (response) => {
        const isGood = (response.statusCode ?? 500) < 300;
        response.on('data', onChunk);
        response.on('error', reject);
        response.on('end', () =>
          isGood ? resolve() : reject(new Error(`${method} ${path}: status ${response.statusCode}`)),
        );
      });
      asked.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
