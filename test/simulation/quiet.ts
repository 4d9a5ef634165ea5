/** A quiet moment: all hosts are made well, and all that is under way must come to its end. */
import { setTimeout as delay } from 'node:timers/promises';
import { hasEnded } from '../../sql/contract.ts';
import { type CommandRecord, readCommands, readOwners } from './record.ts';
import type { Stage } from './stage.ts';

const lookMs = 15;

export class Quiet {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Heals, waits until nothing moves, checks what must hold. Returns how long the wait was, and the record then. */
  async reach(): Promise<{ tookMs: number; commands: CommandRecord[] }> {
    const { world, database, edge, fleet, patienceMs } = this.#stage;
    const beganAt = performance.now();
    world.note('schedule', 'quiet', {});
    await database.loseHints(0);
    edge.failures.disarm();
    for (const host of fleet.all()) {
      host.failures.disarm();
      host.thaw();
    }
    await fleet.startAll();
    await this.#endWaiting();
    const deadline = performance.now() + patienceMs;
    let moves = await this.#whatMoves();
    while (moves.length > 0 && performance.now() < deadline) {
      await delay(lookMs);
      // A twin or a host that ends itself may have left its name free.
      await fleet.startAll();
      moves = await this.#whatMoves();
    }
    for (const detail of moves) world.fault(detail.startsWith('shell') ? 'shell_left' : 'never_ended', detail);
    const tookMs = performance.now() - beganAt;
    world.note('schedule', 'is_quiet', { took_ms: Math.round(tookMs) });
    return { tookMs, commands: await this.#stage.invariants.check() };
  }

  /** What runs until it is told to end is told so. */
  async #endWaiting(): Promise<void> {
    const { clients, database } = this.#stage;
    const open = new Set(
      (await readCommands(database.query)).filter((row) => !hasEnded(row.state)).map(({ id }) => id),
    );
    const waiting = clients.commands.filter(
      (note) => note.script.end === 'wait' && note.id !== null && open.has(note.id),
    );
    await Promise.all(waiting.map((note) => clients.cancel(note)));
  }

  async #whatMoves(): Promise<string[]> {
    const { world, database } = this.#stage;
    const [commands, owners] = [await readCommands(database.query), await readOwners(database.query)];
    const pending = commands.filter((row) => !hasEnded(row.state)).map((row) => `command ${row.id} is ${row.state}`);
    const kept = [...owners].filter(([, { host, closed }]) => closed && host !== null);
    const stray = [...world.shells].filter(({ session, incarnation }) => owners.get(session)?.host !== incarnation);
    return [
      ...pending,
      ...kept.map(([id, { host }]) => `closed session ${id} is still with ${host}`),
      ...stray.map(({ session, incarnation }) => `shell of ${session} lives on ${incarnation}`),
      ...[...world.living].map(({ command }) => `run of ${command} goes on`),
    ];
  }
}
