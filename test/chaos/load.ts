/**
 * Sessions under load whose every command leaves a mark outside the database, so that what really ran can be counted: an id
 * appended to a file. What a command prints is known beforehand, so that what is stored can be compared.
 */
import { randomUUID } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import type { Query } from '../../sql/contract.ts';
import type { Patient } from '../support/patient.ts';
import { type Figures, figuresOf, type Sent } from './figures.ts';

export type { Figures } from './figures.ts';

/** Commands of one session that are under way or wait at once. */
const pipeline = 3;

export interface LoadOptions {
  sessions: number;
  commands: number;
  /** Where the marks go. */
  file: string;
  /** What each command does beside its mark and its output. */
  work?: string;
  random: () => number;
}

export class Load {
  readonly #caller: Patient;
  readonly #options: LoadOptions;
  readonly #sent: Sent[] = [];
  #sessions: string[] = [];
  #started = 0;
  /** Commands that have ended, and the longest that a session went without one. */
  ended = 0;
  longestRecoveryMs = 0;

  constructor(caller: Patient, options: LoadOptions) {
    this.#caller = caller;
    this.#options = options;
  }

  /** How many commands have been submitted. */
  get submitted(): number {
    return this.#sent.length;
  }

  /** Opens the sessions, and gives each the variable that all its commands look for. */
  async open(): Promise<void> {
    await writeFile(this.#options.file, '');
    // Shells may run as another account.
    await chmod(this.#options.file, 0o666);
    this.#sessions = await Promise.all(
      Array.from({ length: this.#options.sessions }, async () => {
        const session = await this.#caller.open();
        await this.#caller.run(session, 'KEPT=yes');
        return session;
      }),
    );
  }

  /** Sends all commands, spread over the sessions; resolves when the last of them has ended. */
  async run(): Promise<void> {
    const lanes = this.#sessions.flatMap((session) => {
      const last = { endedAt: performance.now() };
      return Array.from({ length: pipeline }, () => this.#lane(session, last));
    });
    await Promise.all(lanes);
  }

  async #lane(session: string, last: { endedAt: number }): Promise<void> {
    while (this.#started < this.#options.commands) {
      this.#started += 1;
      const [mark, count] = [randomUUID(), 1 + Math.floor(this.#options.random() ** 4 * 20_000)];
      const { id } = await this.#caller.submit(session, this.#text(mark, count));
      this.#sent.push({ mark, id, count });
      await this.#caller.ended(id);
      this.ended += 1;
      this.longestRecoveryMs = Math.max(this.longestRecoveryMs, performance.now() - last.endedAt);
      last.endedAt = performance.now();
    }
  }

  #text(mark: string, count: number): string {
    const { file, work = ':' } = this.#options;
    return `echo ${mark} >> ${file}; [ "$KEPT" = yes ] || echo stateless; ${work}; echo ${mark}; seq ${count}`;
  }

  /** Compares the record with the marks. `query` is the tables' owner's. */
  async figures(query: Query): Promise<Figures> {
    return figuresOf(this.#sent, await readFile(this.#options.file, 'utf8'), this.#caller, query);
  }
}
