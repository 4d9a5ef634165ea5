/**
 * What the companion does (see companion.ts): it knows every shell of its host, and once the host has gone or is late
 * beyond its deadline it ends them all and then says so. Only what is gone may be adopted.
 */
import { rm } from 'node:fs/promises';
import type { Log } from '../sql/contract.ts';
import { hostCalls } from '../sql/host.ts';
import type { CompanionMessage } from './companion.ts';
import { type Database, untilAnswered } from './database.ts';
import { bury } from './housekeeping.ts';
import type { endTrees, ShellMark } from './shell/index.ts';
import { type LeftSpools, leftSpools } from './spool.ts';

/**
 * How long it tries to report where its host had output on disk that Postgres does not have: that it is discarded, nobody else can say but
 * the next host that starts in the same directory. Not for ever: neither may ever come.
 */
const spoolReportMs = 10 * 60_000;

type Start = Extract<CompanionMessage, { kind: 'start' }>;

/** What a guard reaches outside itself. */
interface GuardSurroundings {
  endTrees: typeof endTrees;
  openDatabase: (connectionString: string) => Database;
  log: Log;
  /** Nothing is left to guard. */
  leave: () => void;
}

/** Hears what the host says of its shells, and acts in its place. */
export class Guard {
  readonly #shells = new Map<string, ShellMark>();
  readonly #surroundings: GuardSurroundings;
  #start: Start | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #acting = false;

  constructor(surroundings: GuardSurroundings) {
    this.#surroundings = surroundings;
  }

  /** The host says something. */
  hear(message: CompanionMessage): void {
    if (message.kind === 'start') this.#start = message;
    if (message.kind === 'opening') this.#opening(message);
    if (message.kind === 'opened') this.#opened(message);
    if (message.kind === 'closed') this.#shells.delete(message.id);
    if (message.kind === 'renewed') this.#renew(message.deadlineMs);
    // Whoever has begun to report a death goes through with it.
    if (message.kind === 'bye' && !this.#acting) this.#leave();
  }

  /** Ends every shell of the host, then reports its death. `gone`: it died; `late`: it missed its deadline. */
  async act(reason: 'gone' | 'late'): Promise<void> {
    const start = this.#start;
    if (this.#acting || start === undefined) return;
    this.#acting = true;
    clearTimeout(this.#deadline);
    this.#surroundings.log('warn', 'host_lost', { reason, shells: this.#shells.size });
    await this.#endShells(start.graceMs);
    await this.#report(start, leftSpools(start.runDir, this.#surroundings.log)).catch((error: Error) =>
      this.#surroundings.log('error', 'death_not_reported', { error: error.message }),
    );
    this.#leave();
  }

  #opening({ id, uid }: Extract<CompanionMessage, { kind: 'opening' }>): void {
    this.#shells.set(id, uid === undefined ? { id } : { id, uid });
  }

  #opened({ id, pid }: Extract<CompanionMessage, { kind: 'opened' }>): void {
    this.#shells.set(id, { ...this.#shells.get(id), id, shellPid: pid });
  }

  /** A host that was late may wake and open another meanwhile. */
  async #endShells(graceMs: number): Promise<void> {
    while (this.#shells.size > 0) {
      const marks = [...this.#shells.values()];
      await this.#surroundings.endTrees(marks, graceMs);
      for (const { id } of marks) this.#shells.delete(id);
    }
  }

  /** What it could not tell, or read, stays in the directory: the next host that starts there looks at it (leftovers.ts). */
  async #report({ connectionString, incarnation, runDir, reportMs }: Start, left: LeftSpools | null): Promise<void> {
    const { log, openDatabase } = this.#surroundings;
    const database = openDatabase(connectionString);
    const calls = hostCalls(database.query);
    const until = AbortSignal.timeout(left?.attempts.length ? Math.max(reportMs, spoolReportMs) : reportMs);
    const sessions = await untilAnswered(() => calls.confirmDeath(incarnation), log, until);
    if (left) {
      await untilAnswered(() => calls.discardOutput(incarnation, left.attempts, left.bytes), log, until);
      await rm(runDir, { recursive: true, force: true });
    }
    await untilAnswered(() => bury(sessions, calls, log), log, until);
    await database.pool.end();
    log('info', 'host_buried', { incarnation, sessions: sessions.length });
  }

  #renew(deadlineMs: number): void {
    clearTimeout(this.#deadline);
    if (!this.#acting) this.#deadline = setTimeout(() => void this.act('late'), deadlineMs);
  }

  #leave(): void {
    this.#acting = true;
    clearTimeout(this.#deadline);
    this.#surroundings.leave();
  }
}
