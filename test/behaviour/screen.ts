/** The terminal of a session as its user sees it, through the HTTP API. */
import { expect } from 'vitest';
import type { Screen as Stored } from '../../sql/contract.ts';
import { type Answer, call } from '../functions/api/client.ts';
import type { Api } from '../functions/api/fixture.ts';
import { Shell } from './shell.ts';
import { until } from './stack.ts';

export type Screen = Stored & { text: string };
export type Key = string | { text: string };

export class TerminalShell extends Shell {
  readonly #api: Api;

  constructor(api: Api, id: string) {
    super(api, id);
    this.#api = api;
  }

  /** Opens a session with a terminal of 80 columns and 24 rows. */
  static override async open(api: Api, options: object = {}): Promise<TerminalShell> {
    const { id } = await Shell.open(api, { tty: true, cols: 80, rows: 24, ...options });
    return new TerminalShell(api, id);
  }

  async press(...keys: Key[]): Promise<void> {
    expect((await this.tryPress(...keys)).status).toBe(202);
  }

  /** The same; the answer is the caller's to judge. */
  tryPress(...keys: Key[]): Promise<Answer> {
    return call(this.#api, 'POST', `/v1/sessions/${this.id}/keys`, { json: { keys } });
  }

  async resize(cols: number, rows: number): Promise<void> {
    const answer = await call(this.#api, 'PUT', `/v1/sessions/${this.id}/size`, { json: { cols, rows } });
    expect([answer.status, answer.body]).toMatchObject([200, { cols, rows }]);
  }

  async screen(): Promise<Screen> {
    return (await call<Screen>(this.#api, 'GET', `/v1/sessions/${this.id}/screen?format=json`)).body;
  }

  /** Resolves with the screen once it shows this. */
  async shows(text: string | RegExp): Promise<Screen> {
    let screen: Screen | undefined;
    await until(async () => {
      screen = await this.screen();
      return typeof text === 'string' ? screen.text.includes(text) : text.test(screen.text);
    });
    return screen as Screen;
  }
}
