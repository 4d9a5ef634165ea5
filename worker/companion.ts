/**
 * The host's side of its companion: a process outside its group that knows every shell. When the pipe to it ends (the host
 * died) or the host is late beyond its deadline (it was frozen), the companion ends every shell and then tells the database.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../sql/contract.ts';
import { type CompanionProcess, spawnCompanion } from './spawnCompanion.ts';

interface CompanionSettings {
  connectionString: string;
  incarnation: string;
  graceMs: number;
  runDir: string;
  /** How long it tries to report a death: until anybody may give the sessions away without being told. */
  reportMs: number;
}

/** One line of JSON each, from the host to its companion. */
export type CompanionMessage =
  | ({ kind: 'start' } & CompanionSettings)
  | { kind: 'opening'; id: string; uid?: number }
  | { kind: 'opened'; id: string; pid: number }
  | { kind: 'closed'; id: string }
  | { kind: 'renewed'; deadlineMs: number }
  | { kind: 'bye' };

/** One that ends is replaced at once; one that ends so often within `deathsMs` would go on doing so. */
const deathsMax = 5;
const deathsMs = 60_000;
/** One that has begun to report a death itself goes through with it, for which nobody waits longer. */
const goodbyeMs = 5_000;

/** What the host tells its companion. */
export interface Companion {
  readonly pid: number | undefined;
  /** A shell is about to be started: it is guarded from before its first process on. `uid`: of an account that is its own. */
  opening(shell: string, uid?: number): void;
  opened(shell: string, pid: number): void;
  closed(shell: string): void;
  /** The host lives: the shells may go on for `deadlineMs` from now. */
  renewed(deadlineMs: number): void;
  /** All shells are gone and the record knows: resolves when the companion has ended, or is at its last words. */
  dismiss(): Promise<void>;
  /** All shells are gone, which the record could not be told: the companion stays until it was. */
  leave(): void;
}

/** Starts the companion. `onLost` is called when it cannot be kept running: the host is then unguarded. */
export function startCompanion(
  settings: CompanionSettings,
  log: Log,
  onLost: () => void,
  start: typeof spawnCompanion = spawnCompanion,
): Companion {
  return new KeptCompanion(settings, log, onLost, start);
}

class KeptCompanion implements Companion {
  readonly #settings: CompanionSettings;
  readonly #log: Log;
  readonly #onLost: () => void;
  /** Shells by id; without a pid until their process is known. */
  readonly #shells = new Map<string, { uid?: number; pid?: number }>();
  readonly #startProcess: typeof spawnCompanion;
  #process: CompanionProcess;
  #deadlineAt = Number.POSITIVE_INFINITY;
  #deaths: number[] = [];
  #isDismissed = false;

  constructor(settings: CompanionSettings, log: Log, onLost: () => void, startProcess: typeof spawnCompanion) {
    this.#settings = settings;
    this.#log = log;
    this.#onLost = onLost;
    this.#startProcess = startProcess;
    this.#process = this.#start();
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  opening(id: string, uid?: number): void {
    const own = uid === undefined ? {} : { uid };
    this.#shells.set(id, own);
    this.#tell({ kind: 'opening', id, ...own });
  }

  opened(id: string, pid: number): void {
    this.#shells.set(id, { ...this.#shells.get(id), pid });
    this.#tell({ kind: 'opened', id, pid });
  }

  closed(id: string): void {
    this.#shells.delete(id);
    this.#tell({ kind: 'closed', id });
  }

  renewed(deadlineMs: number): void {
    this.#deadlineAt = performance.now() + deadlineMs;
    this.#tell({ kind: 'renewed', deadlineMs });
  }

  async dismiss(): Promise<void> {
    this.#isDismissed = true;
    this.#tell({ kind: 'bye' });
    this.leave();
    await Promise.race([this.#process.ended, sleep(goodbyeMs, undefined, { ref: false })]);
  }

  leave(): void {
    this.#isDismissed = true;
    this.#process.end();
    this.#process.unref();
  }

  #start(): CompanionProcess {
    const process = this.#startProcess(this.#settings.runDir, this.#log);
    this.#process = process;
    void process.ended.then(({ code, signal }) => this.#ended(code, signal));
    this.#tell({ kind: 'start', ...this.#settings });
    return process;
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#isDismissed) return;
    const now = performance.now();
    this.#deaths = [...this.#deaths.filter((at) => at > now - deathsMs), now];
    const isLost = this.#deaths.length >= deathsMax;
    this.#log('error', isLost ? 'companion_lost' : 'companion_ended', { code, signal });
    if (isLost) this.#onLost();
    else this.#restart(now);
  }

  #restart(now: number): void {
    this.#start();
    for (const [id, { pid, ...own }] of this.#shells) {
      this.#tell({ kind: 'opening', id, ...own });
      if (pid !== undefined) this.#tell({ kind: 'opened', id, pid });
    }
    if (Number.isFinite(this.#deadlineAt))
      this.#tell({ kind: 'renewed', deadlineMs: Math.max(0, this.#deadlineAt - now) });
  }

  #tell(message: CompanionMessage): void {
    this.#process.tell(message);
  }
}
