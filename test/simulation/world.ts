/** What is true outside the database: which commands ran, in which shells, what they wrote. And what was seen to be wrong. */
import { createHash } from 'node:crypto';
import type { ScriptedShell } from './shell.ts';
import { Stalls } from './stalls.ts';

/** What can be wrong, in the words of the promises. */
export const faultKinds = {
  started_twice: 'a command was started twice',
  overlap: 'two commands of one session ran at the same time',
  started_after_end: 'a command was started after the record had ended it',
  not_recorded: 'a command ran of which the record says that it did not',
  invented: 'the record says that a command ran that did not',
  missing: 'something that was acknowledged is not in the record',
  never_ended: 'something does not end although all hosts are healthy',
  lost_without_cause: 'a command was lost although its host was well',
  fenced_without_cause: 'a host was given up although it was well',
  left_final_state: 'a command changed after its end',
  requeued: 'a command that was started went back to the queue',
  second_attempt: 'a command was claimed twice',
  out_of_order: 'commands of one session did not run in their order',
  output_rewritten: 'output that was stored changed',
  output_wrong: 'stored output is not what the command wrote',
  input_wrong: 'a command read something else than what was sent',
  signalled_twice: 'a command got more signals than were sent',
  state_wrong: 'a shell did not have the state that the commands before had left',
  key_gave_two: 'one idempotency key gave two commands',
  written_by_stranger: 'a host wrote to a session of another',
  went_back: 'a number that only grows went back',
  over_capacity: 'a host holds more sessions than it may',
  miscounted: 'a counter differs from what it counts',
  chain_broken: 'the audit chain does not hold',
  shell_left: 'a shell lives of which the record knows nothing',
  deadlock: 'two transactions waited for each other',
  unexpected_error: 'Postgres refused a call for a reason that is none of ours',
  error_logged: 'a host logged an error',
} as const;
export type FaultKind = keyof typeof faultKinds;
export interface Fault {
  kind: FaultKind;
  detail: string;
}

/** One start of a command in a shell: the mark that it leaves outside the database. */
export interface Run {
  command: string;
  session: string;
  incarnation: string;
  /** Of the commands whose state the shell had; see `chain`. */
  before: string;
  /** Counts the runs of this world. */
  order: number;
  startedAt: number;
  over: boolean;
  /** Nobody observes it any more: its host and the companion were killed. */
  orphaned: boolean;
  written: Record<1 | 2, number>;
  read: Buffer[];
  inputEnded: boolean;
  signals: number;
}

export class World {
  readonly faults: Fault[] = [];
  readonly stalls = new Stalls();
  readonly runs = new Map<string, Run>();
  /** Those that run now. */
  readonly living = new Set<Run>();
  readonly shells = new Set<ScriptedShell>();
  /** What background jobs wrote, by session. */
  readonly late = new Map<string, Buffer[]>();
  /** Why a host may lose what ran: by incarnation. */
  readonly excuses = new Map<string, string>();
  /** When Postgres was last started. */
  postgresSince = Number.NEGATIVE_INFINITY;
  readonly #log: string[] = [];
  readonly #beganAt = performance.now();

  fault(kind: FaultKind, detail: string): void {
    this.faults.push({ kind, detail });
    this.note('world', `fault ${kind}`, { detail });
  }

  /** A command begins to run. */
  started(run: Run): void {
    const earlier = this.runs.get(run.command);
    if (earlier) this.fault('started_twice', `${run.command} by ${earlier.incarnation} and ${run.incarnation}`);
    for (const other of this.living) {
      if (other.session !== run.session || other.orphaned) continue;
      this.fault('overlap', `${run.command} began while ${other.command} ran in session ${run.session}`);
    }
    this.runs.set(run.command, run);
    this.living.add(run);
  }

  excuse(incarnation: string, reason: string): void {
    this.excuses.set(incarnation, reason);
    this.note('world', 'excuse', { incarnation, reason });
  }

  /** Ends the shells with these ids, and what runs in them. */
  endShells(ids: string[]): void {
    for (const shell of [...this.shells].filter(({ id }) => ids.includes(id))) shell.die();
  }

  /** One more line of the log, of which the last are kept. */
  note(who: string, event: string, fields: Record<string, unknown>): void {
    const ms = (performance.now() - this.#beganAt).toFixed(0);
    this.#log.push(`${ms} ${who} ${event} ${JSON.stringify(fields)}`);
    if (this.#log.length > logLinesMax) this.#log.splice(0, logLinesMax / 2);
  }

  /** The kept lines that have one of these words in them; all without. */
  story(words: string[]): string[] {
    return words.length === 0 ? this.#log : this.#log.filter((line) => words.some((word) => line.includes(word)));
  }
}

const logLinesMax = 40_000;

/** The state of a shell in which one more command has left its state. */
export function chain(before: string, command: string): string {
  return createHash('sha256').update(`${before}${command}`).digest('hex');
}
