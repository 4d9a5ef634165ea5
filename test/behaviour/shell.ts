/** A session as its user sees it, through the HTTP API and nothing else. */
import { expect } from 'vitest';
import { type Command, hasEnded, type Session } from '../../sql/contract.ts';
import { type Answer, call, openSession } from '../functions/api/client.ts';
import type { Api } from '../functions/api/fixture.ts';
import { until } from './stack.ts';

/** A command, and what its answer must hold. */
export type Step = [command: string, expected: object, options?: object];

export class Shell {
  readonly id: string;
  readonly #api: Api;

  constructor(api: Api, id: string) {
    this.#api = api;
    this.id = id;
  }

  /** Opens a session. */
  static async open(api: Api, options: object = {}): Promise<Shell> {
    return new Shell(api, (await openSession(api, options)).id);
  }

  /** Runs a command to its end. */
  async run(command: string, options: object = {}): Promise<Command> {
    return (await this.start(command, options)).ended();
  }

  /** Submits a command and does not wait. */
  async start(command: string, options: object = {}): Promise<Running> {
    const path = `/v1/sessions/${this.id}/commands`;
    const headers = { Prefer: 'wait=0' };
    const { status, body } = await call<Command>(this.#api, 'POST', path, { json: { command, ...options }, headers });
    expect([200, 202], JSON.stringify(body).slice(0, 1000)).toContain(status);
    return new Running(this.#api, body.id);
  }

  /** Runs commands one after the other and checks each answer: it holds what is expected, and a generation. */
  async play(steps: Step[]): Promise<void> {
    for (const [command, expected, options] of steps) {
      const ended = await this.run(command, options);
      expect(ended, command).toMatchObject({ state: 'exited', ...expected });
      expect(ended.generation, command).toBeGreaterThan(0);
    }
  }

  async interrupt(): Promise<void> {
    expect((await call(this.#api, 'POST', `/v1/sessions/${this.id}/interrupt`)).status).toBe(202);
  }

  async session(): Promise<Session> {
    return (await call<Session>(this.#api, 'GET', `/v1/sessions/${this.id}`)).body;
  }

  async close(): Promise<void> {
    expect((await call(this.#api, 'DELETE', `/v1/sessions/${this.id}`)).status).toBe(204);
  }
}

export class Running {
  readonly id: string;
  readonly #api: Api;

  constructor(api: Api, id: string) {
    this.#api = api;
    this.id = id;
  }

  async now(): Promise<Command> {
    return (await call<Command>(this.#api, 'GET', `/v1/commands/${this.id}`)).body;
  }

  /** Resolves with the command once it has ended. */
  async ended(): Promise<Command> {
    for (;;) {
      const { body } = await call<Command>(this.#api, 'GET', `/v1/commands/${this.id}?wait=25`);
      if (hasEnded(body.state)) return body;
    }
  }

  /** Resolves once its stdout has this text; fails if it ends without. */
  async printed(text: string): Promise<void> {
    await until(async () => {
      const { state, stdout } = await this.now();
      if (hasEnded(state)) expect(stdout, `the output of a command that is ${state}`).toContain(text);
      return stdout.includes(text);
    });
  }

  /** The bytes that are stored, or a range of them. */
  output(query = ''): Promise<Answer> {
    return call(this.#api, 'GET', `/v1/commands/${this.id}/output${query}`);
  }

  /** Sends input; the answer is the caller's to judge. */
  send(bytes: Uint8Array | string, query = ''): Promise<Answer> {
    const headers = { 'Content-Type': 'application/octet-stream' };
    const body = Buffer.from(bytes) as BodyInit;
    return call(this.#api, 'POST', `/v1/commands/${this.id}/stdin${query}`, { body, headers });
  }

  signal(signal: string): Promise<Answer> {
    return call(this.#api, 'POST', `/v1/commands/${this.id}/signal`, { json: { signal } });
  }

  cancel(): Promise<Answer> {
    return call(this.#api, 'DELETE', `/v1/commands/${this.id}`);
  }
}
