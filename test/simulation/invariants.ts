/** What must hold when nothing moves: the record, the callers and the shells tell the same story. */
import { hasEnded, type Query } from '../../sql/contract.ts';
import { AuditWalk } from './audit.ts';
import type { Clients } from './clients.ts';
import type { CommandNote } from './notes.ts';
import { type CommandRecord, readCommands, readLateOutput, readMiscounts } from './record.ts';
import { checkOutput } from './streams.ts';
import { chain, type World } from './world.ts';

/** How a command that ran may have ended. */
const ranStates = ['exited', 'timed_out', 'killed', 'shell_exited'];

export class Invariants {
  readonly #query: Query;
  readonly #world: World;
  readonly #clients: Clients;
  readonly #audit = new AuditWalk();
  readonly #outputSeen = new Set<string>();

  constructor(query: Query, world: World, clients: Clients) {
    this.#query = query;
    this.#world = world;
    this.#clients = clients;
  }

  /** Checks all; every violation is a fault of the world. */
  async check(): Promise<CommandRecord[]> {
    const rows = await readCommands(this.#query);
    const notes = new Map(this.#clients.commands.flatMap((note) => note.ids.map((id) => [id, note] as const)));
    for (const row of rows) this.#checkCommand(row, notes.get(row.id));
    for (const session of Map.groupBy(rows, (row) => row.session).values()) this.#checkOrder(session, notes);
    this.#checkAnswers(rows);
    await checkOutput(this.#query, this.#world, rows, this.#outputSeen);
    await this.#checkLate();
    for (const detail of await this.#audit.walk(this.#query)) this.#world.fault('chain_broken', detail);
    for (const detail of await readMiscounts(this.#query)) this.#world.fault('miscounted', detail);
    return rows;
  }

  #checkCommand(row: CommandRecord, note: CommandNote | undefined): void {
    const run = this.#world.runs.get(row.id);
    const fault = this.#world.fault.bind(this.#world);
    const told = `${row.id} is ${row.state}`;
    if (!note) {
      fault('unexpected_error', `${told}, and nobody asked for it`);
      return;
    }
    if (!hasEnded(row.state)) fault('never_ended', told);
    if (ranStates.includes(row.state) && !run && row.problem === null) fault('invented', told);
    if (run && ['queued', 'cancelled', 'expired'].includes(row.state)) fault('not_recorded', told);
    if (row.state === 'lost') this.#checkLost(row);
    if (!run) return;
    if (row.finished_ms !== null && run.startedAt > row.finished_ms) fault('started_after_end', told);
    if (run.signals > note.signals + note.session.interrupts) fault('signalled_twice', told);
    const read = Buffer.concat(run.read);
    if (!note.sent.subarray(0, read.length).equals(read)) fault('input_wrong', told);
    if (run.inputEnded && read.length !== note.sent.length) fault('input_wrong', `${told}, its input was cut`);
  }

  /** A host that is well loses nothing. */
  #checkLost(row: CommandRecord): void {
    if (this.#world.excuses.has(row.host ?? '')) return;
    this.#world.fault('lost_without_cause', `${row.id} by ${row.host}`);
  }

  /** One session: runs follow seq, seq follows the callers' order, each shell has the state that was left before. */
  #checkOrder(rows: CommandRecord[], notes: Map<string, CommandNote>): void {
    let [before, lastRun] = ['', -1];
    for (const row of rows) {
      const run = this.#world.runs.get(row.id);
      if (run && run.order < lastRun) this.#world.fault('out_of_order', row.id);
      if (run && run.before !== before) this.#world.fault('state_wrong', `${row.id} seq ${row.seq} of ${row.session}`);
      lastRun = run?.order ?? lastRun;
      if (row.left_state) before = chain(before, row.id);
    }
    let answeredLater = Number.POSITIVE_INFINITY;
    for (const row of rows.toReversed()) {
      const note = notes.get(row.id);
      if (note && note.sentAt > answeredLater) this.#world.fault('out_of_order', `${row.id} was sent later`);
      answeredLater = Math.min(answeredLater, note?.answeredAt ?? answeredLater);
    }
  }

  /** What a caller was told is there; one key has one command. */
  #checkAnswers(rows: CommandRecord[]): void {
    const ids = new Set(rows.map((row) => row.id));
    for (const { id } of this.#clients.commands) {
      if (id !== null && !ids.has(id)) this.#world.fault('missing', id);
    }
    const keyed = rows.filter((row) => row.key !== null);
    for (const [key, same] of Map.groupBy(keyed, (row) => `${row.session} ${row.key}`)) {
      if (same.length > 1) this.#world.fault('key_gave_two', key);
    }
  }

  async #checkLate(): Promise<void> {
    const left = new Map([...this.#world.late].map(([session, pieces]) => [session, pieces.map(String)]));
    for (const { session, data } of await readLateOutput(this.#query)) {
      const pieces = left.get(session) ?? [];
      const at = pieces.indexOf(data.toString());
      if (at < 0) this.#world.fault('output_wrong', `late output of ${session}: ${data.toString().slice(0, 60)}`);
      else pieces.splice(at, 1);
    }
  }
}
