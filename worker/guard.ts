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
import type { endTrees } from './shell/index.ts';

type Start = Extract<CompanionMessage, { kind: 'start' }>;

/** What a guard reaches outside itself. */
export interface GuardSurroundings {
  endTrees: typeof endTrees;
  openDatabase: (connectionString: string) => Database;
  log: Log;
  /** Nothing is left to guard. */
  leave: () => void;
}

export class Guard {
  readonly #shells = new Map<string, number>();
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
    if (message.kind === 'opened') this.#shells.set(message.id, message.pid);
    if (message.kind === 'closed') this.#shells.delete(message.id);
    if (message.kind === 'renewed') this.#renew(message.deadlineMs);
    if (message.kind === 'bye') this.#leave();
  }

  /** Ends every shell of the host, then reports its death. `gone`: it died; `late`: it missed its deadline. */
  async act(reason: 'gone' | 'late'): Promise<void> {
    const start = this.#start;
    if (this.#acting || start === undefined) return;
    this.#acting = true;
    clearTimeout(this.#deadline);
    this.#surroundings.log('warn', 'host_lost', { reason, shells: this.#shells.size });
    const shells = [...this.#shells].map(([id, shellPid]) => ({ id, shellPid }));
    await this.#surroundings.endTrees(shells, start.graceMs);
    await rm(start.runDir, { recursive: true, force: true });
    await this.#report(start);
    this.#leave();
  }

  async #report({ connectionString, incarnation }: Start): Promise<void> {
    const { log, openDatabase } = this.#surroundings;
    const database = openDatabase(connectionString);
    const calls = hostCalls(database.query);
    const sessions = await untilAnswered(() => calls.confirmDeath(incarnation), log);
    await untilAnswered(() => bury(sessions, calls, log), log);
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
