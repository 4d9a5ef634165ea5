/**
 * Sessions under load whose every command leaves a mark outside the database, so that what really ran can be counted: an id
 * appended to a file. What a command prints is known beforehand, so that what is stored can be compared.
 */
import { createHash, randomUUID } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import type { Query } from '../../sql/contract.ts';
import { type Command, hasEnded } from '../../sql/contract.ts';
import type { Patient } from '../support/patient.ts';

/** Commands of one session that are under way or wait at once. */
const pipeline = 3;

interface Sent {
  mark: string;
  id: string;
  /** How many numbers it prints after its mark. */
  count: number;
}

/** What became of all that was sent. Anything but zero in `twice`, `missing`, `wrong` and `stateless` is a broken promise. */
export interface Figures {
  commands: number;
  exited: number;
  lost: number;
  /** Ended otherwise: killed by a drain, expired. */
  other: number;
  /** Marks that are in the file more than once. */
  twice: number;
  /** Commands that exited and have no mark; or were acknowledged and are not in the record. */
  missing: number;
  /** Commands whose stored output or digest is not what they print. */
  wrong: number;
  /** Commands that did not find the variable that their session was given first. */
  stateless: number;
}

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
    const marks = countOf((await readFile(this.#options.file, 'utf8')).split('\n').filter(Boolean));
    const figures: Figures = {
      commands: 0,
      exited: 0,
      lost: 0,
      other: 0,
      twice: 0,
      missing: 0,
      wrong: 0,
      stateless: 0,
    };
    figures.twice = [...marks.values()].filter((times) => times > 1).length;
    for (const sent of this.#sent) await this.#count(sent, marks, figures, query);
    return figures;
  }

  async #count(sent: Sent, marks: Map<string, number>, figures: Figures, query: Query): Promise<void> {
    const command = await this.#caller.command(sent.id);
    figures.commands += 1;
    if (command.state === 'lost') figures.lost += 1;
    else if (command.state !== 'exited') figures.other += 1;
    if (!hasEnded(command.state)) figures.missing += 1;
    const stored = Buffer.from(await this.#caller.output(sent.id));
    const expected = expectedOf(sent);
    if (!expected.subarray(0, stored.length).equals(stored)) {
      figures[stored.includes('stateless\n') ? 'stateless' : 'wrong'] += 1;
    }
    if (command.state !== 'exited') return;
    figures.exited += 1;
    if (marks.get(sent.mark) !== 1) figures.missing += 1;
    if (stored.length !== expected.length || (await digestOf(query, command)) !== sha256(expected)) figures.wrong += 1;
  }
}

function expectedOf({ mark, count }: Sent): Buffer {
  return Buffer.from(`${mark}\n${Array.from({ length: count }, (_, index) => `${index + 1}\n`).join('')}`);
}

async function digestOf(query: Query, { id }: Command): Promise<string> {
  const [row] = await query(`select encode(stdout_sha256, 'hex') as digest from limpet.commands where id = $1`, [id]);
  return String(row?.digest);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function countOf(words: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
