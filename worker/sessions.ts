/** The sessions this host owns, each with its actor. */

import { Actor } from './actor.ts';
import { untilAnswered } from './database.ts';
import type { Host } from './host.ts';

/** Finds the actor of each session, or adopts it; forgets those that are gone. */
export class Sessions {
  readonly #host: Host;
  readonly #actors = new Map<string, Actor>();
  readonly #adopting = new Map<string, Promise<void>>();
  #accepting = true;
  /** When the last of them went. */
  #emptyAt = performance.now();

  constructor(host: Host) {
    this.#host = host;
  }

  get count(): number {
    return this.#actors.size;
  }

  /** For how long there has been none; 0 while there is one, or is about to be. */
  get unusedMs(): number {
    return this.#actors.size + this.#adopting.size > 0 ? 0 : performance.now() - this.#emptyAt;
  }

  /** All tokens in hand, of all sessions. */
  attempts(): string[] {
    return [...this.#actors.values()].flatMap((actor) => [...actor.attempts]);
  }

  /** Wakes the session's actor; where there is none, the record says whether the session is ours, or can be. */
  async wake(session: string, control: boolean): Promise<void> {
    const actor = this.#actors.get(session);
    if (actor) return actor.wake(control);
    if (!this.#accepting) return;
    const adopting = this.#adopting.get(session) ?? this.#adopt(session).finally(() => this.#adopting.delete(session));
    this.#adopting.set(session, adopting);
    await adopting;
    if (control) this.#actors.get(session)?.wake(true);
  }

  /** Wakes several; a session that could not be woken is hinted again by the sweep. */
  wakeAll(sessions: string[]): void {
    for (const session of sessions) {
      this.wake(session, true).catch((error: Error) =>
        this.#host.log('warn', 'session_not_woken', { session_id: session, error: error.message }),
      );
    }
  }

  async #adopt(session: string): Promise<void> {
    const { calls, incarnation, log, ending } = this.#host;
    const adopted = await untilAnswered(() => calls.adoptSession(incarnation, session), log, ending);
    if (adopted === null) return;
    // One that has room was told; where none has, the sweep hints again once there is some.
    if ('refused' in adopted) return log('info', 'session_refused', { session_id: session, reason: adopted.refused });
    const actor = new Actor(this.#host, adopted, (gone) => this.#forget(gone));
    this.#actors.set(session, actor);
    log('info', 'session_adopted', { session_id: session, epoch: adopted.epoch });
    if (adopted.closed) void actor.release('closed', 0);
    else actor.warm();
  }

  #forget(actor: Actor): void {
    if (this.#actors.get(actor.owned.session) === actor) this.#actors.delete(actor.owned.session);
    this.#emptyAt = performance.now();
  }

  /** No more sessions; those there are end what runs within `drainMs`, save their state and go to the pool. */
  async drain(drainMs: number): Promise<void> {
    this.#accepting = false;
    await Promise.allSettled(this.#adopting.values());
    await Promise.all([...this.#actors.values()].map((actor) => actor.release('drained', drainMs)));
  }

  /** The host was given up: every shell ends, nothing is written. */
  async abandon(): Promise<void> {
    this.#accepting = false;
    await Promise.all([...this.#actors.values()].map((actor) => actor.abandon()));
  }
}
