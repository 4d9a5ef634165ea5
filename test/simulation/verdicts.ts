/** Whether what became of a host had a cause: only then may it have lost what ran. */
import type { Log } from '../../sql/contract.ts';
import type { SimulatedCompanion } from './companion.ts';
import { times } from './database.ts';
import type { World } from './world.ts';

export class Verdicts {
  readonly #name: string;
  readonly #world: World;
  readonly #companion: SimulatedCompanion;
  /** It was fenced, and no cause is known yet. */
  #isUnexplained = false;

  constructor(name: string, world: World, companion: SimulatedCompanion) {
    this.#name = name;
    this.#world = world;
    this.#companion = companion;
  }

  /** It logged something. */
  ofLog(incarnation: string, level: Parameters<Log>[0], event: string, fields: Record<string, unknown>): void {
    if (event === 'host_fenced') this.#ofFencing(incarnation);
    else if (event === 'host_stopped') this.#ofEnd(incarnation);
    else if (event === 'companion_lost') this.#world.excuse(incarnation, 'its companions were killed');
    else if (level === 'error' && event !== 'companion_ended') {
      this.#world.fault('error_logged', `${this.#name} ${event} ${JSON.stringify(fields)}`);
    }
  }

  /** Another process took its name, which it may past the lease, when Postgres has long been there to renew it. */
  ofLostName(incarnation: string): void {
    const now = performance.now();
    const isLate = now > this.#companion.renewedAt + times.lease_ms && now > this.#world.postgresSince + times.lease_ms;
    if (!isLate) return;
    this.#isUnexplained = false;
    this.#world.excuse(incarnation, 'another took its name past its lease');
  }

  /** It may end itself when it misses the deadline at which its companion would act. */
  #ofFencing(incarnation: string): void {
    const { renewedAt, deadlineMs } = this.#companion;
    const isLate = performance.now() > renewedAt + deadlineMs - this.#world.stalls.since(renewedAt - deadlineMs);
    if (isLate) this.#world.excuse(incarnation, 'it missed its deadline');
    else this.#isUnexplained = !this.#world.excuses.has(incarnation);
  }

  /** Only now is it a fault: whoever took its name may hear that it has it after the host has heard that it lost it. */
  #ofEnd(incarnation: string): void {
    if (this.#isUnexplained) this.#world.fault('fenced_without_cause', `${this.#name} ${incarnation}`);
  }
}
