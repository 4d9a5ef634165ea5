/**
 * A caller as the manual advises: every change carries an Idempotency-Key, and what is answered 503 or 429, or not at all,
 * is sent again.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, hasEnded, type Session } from '../../sql/contract.ts';
import type { Api } from '../functions/api/fixture.ts';

const pauseMs = 100;
/** Longer than the edge itself may take for an answer. */
const answerMs = 45_000;

export class Patient {
  readonly #api: Pick<Api, 'url' | 'key'>;
  /** How often a request had to be sent again. */
  repeated = 0;

  constructor(api: Pick<Api, 'url' | 'key'>) {
    this.#api = api;
  }

  /** Opens a session. */
  async open(json: object = {}): Promise<string> {
    return (await this.#change<Session>('/v1/sessions', json)).id;
  }

  /** Submits a command and does not wait for it. */
  submit(session: string, command: string, options: object = {}): Promise<Command> {
    return this.#change<Command>(`/v1/sessions/${session}/commands`, { command, ...options }, { Prefer: 'wait=0' });
  }

  /** Runs a command to its end. */
  async run(session: string, command: string, options: object = {}): Promise<Command> {
    return this.ended((await this.submit(session, command, options)).id);
  }

  command(id: string): Promise<Command> {
    return this.#json<Command>(`/v1/commands/${id}`);
  }

  /** Resolves with the command once it has ended. */
  async ended(id: string): Promise<Command> {
    return this.until(id, ({ state }) => hasEnded(state), '?wait=20');
  }

  /** Resolves with the command once it is as wanted. */
  async until(id: string, isWanted: (command: Command) => boolean, query = ''): Promise<Command> {
    for (;;) {
      const command = await this.#json<Command>(`/v1/commands/${id}${query}`);
      if (isWanted(command)) return command;
      await delay(pauseMs);
    }
  }

  session(id: string): Promise<Session> {
    return this.#json<Session>(`/v1/sessions/${id}`);
  }

  /** The stored bytes of a stream. */
  async output(id: string, stream = 'stdout'): Promise<Uint8Array> {
    const response = await this.#answer(`/v1/commands/${id}/output?stream=${stream}`, {});
    return new Uint8Array(await response.arrayBuffer());
  }

  #change<Body>(path: string, json: object, headers: Record<string, string> = {}): Promise<Body> {
    const id = { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() };
    return this.#json<Body>(path, { method: 'POST', body: JSON.stringify(json), headers: { ...id, ...headers } });
  }

  async #json<Body>(path: string, init: RequestInit = {}): Promise<Body> {
    return (await (await this.#answer(path, init)).json()) as Body;
  }

  async #answer(path: string, init: RequestInit): Promise<Response> {
    for (;;) {
      const response = await this.#once(path, init).catch(() => undefined);
      if (response?.ok) return response;
      if (response && ![429, 503].includes(response.status)) {
        throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
      }
      this.repeated += 1;
      await delay(pauseMs);
    }
  }

  /** An answer with all of its body, which may be cut off as well. */
  async #once(path: string, init: RequestInit): Promise<Response> {
    const headers = { Authorization: `Bearer ${this.#api.key}`, ...init.headers };
    const signal = AbortSignal.timeout(answerMs);
    const response = await fetch(this.#api.url + path, { ...init, headers, signal });
    return new Response(await response.arrayBuffer().then((body) => (response.status === 204 ? null : body)), response);
  }
}
