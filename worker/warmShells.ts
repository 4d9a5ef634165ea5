/**
 * Shells that are ready before a session asks for one: all that stands in front of bash is started, behind its walls and as an account of
 * its own, and waits there. Bash itself begins when it is known whose it is, as it would in a shell that was started for that session. What
 * is kept is what the last sessions asked for. They are no sessions, they know no secret, and nothing is asked of Postgres for them.
 */
import type { AdoptedSession } from '../sql/host.ts';
import type { prepareShell } from './shell/index.ts';
import { endWarm, isSame, type Kind, startWarm, type WarmHost, type WarmShell } from './warmShell.ts';

/** The first answer of who took one is on its way meanwhile: to make another takes a processor for some ten milliseconds. */
const answerMs = 10;
/** Who took one may never send a command. */
const refillMs = 1_000;
/** One that ended by itself is replaced, but what ends at once is not started over and over. */
const replaceMs = 5_000;
/** What it found when it was started, as what the machine has mounted, should not be too old. */
const ageMsMax = 10 * 60_000;

/** Starts them ahead, gives them away, and replaces those that were taken, have died or are old. */
export class WarmShells {
  readonly #host: WarmHost;
  readonly #prepareShell: typeof prepareShell;
  /** What the last sessions asked for, the latest last: so many are kept, of these kinds. */
  readonly #wanted: Kind[];
  readonly #ready = new Map<WarmShell, NodeJS.Timeout>();
  #filling: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(host: WarmHost, prepare: typeof prepareShell) {
    this.#host = host;
    this.#prepareShell = prepare;
    const profile = host.sandbox.warmProfile(null);
    this.#wanted =
      profile === null ? [] : Array.from({ length: host.config.warmShells }, () => ({ profile, tty: false }));
  }

  /** How many are ready. */
  get count(): number {
    return this.#ready.size;
  }

  /** One of the kind that the session needs, the caller's from now on; null where none is ready, or it has a shell to take up. */
  take(session: AdoptedSession): WarmShell | null {
    const profile = this.#host.sandbox.warmProfile(session.sandbox);
    const isPrepared = session.locked_by !== null && this.#host.config.lockHook !== undefined;
    // What a hook makes of the machine must be there before anything of the shell is.
    if (profile === null || isPrepared || session.generation > 0 || session.state_hash !== null) return null;
    const kind = { profile, tty: session.tty };
    if (this.#wanted.shift()) this.#wanted.push(kind);
    this.#fillIn(refillMs);
    const warm = [...this.#ready.keys()].find((one) => isSame(one, kind)) ?? null;
    if (warm) this.#forget(warm);
    return warm;
  }

  /** A command was answered: what was taken is replaced. */
  answered(): void {
    if (this.#timer) this.#fillIn(answerMs);
  }

  /** Starts what is missing. */
  fill(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#filling ??= this.#fill()
      // Sessions are served without, and the next one tries again.
      .catch((error: Error) => this.#host.log('warn', 'no_warm_shell', { error: error.message }))
      .finally(() => {
        this.#filling = null;
      });
    return this.#filling;
  }

  /** Ends them all. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#filling;
    await Promise.all([...this.#ready.keys()].map((warm) => this.#drop(warm)));
  }

  #fillIn(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.fill(), ms).unref();
  }

  async #fill(): Promise<void> {
    // What is wanted may have become another while one was started.
    for (let { missing } = this.#compare(); missing && !this.#isStopped; { missing } = this.#compare()) {
      await this.#add(missing);
    }
    for (const warm of this.#compare().extra) await this.#drop(warm);
  }

  /** The first kind that is wanted and not ready, and what is ready and not wanted. */
  #compare(): { missing: Kind | undefined; extra: WarmShell[] } {
    const extra = [...this.#ready.keys()];
    const missing = this.#wanted.filter((kind) => {
      const at = extra.findIndex((one) => isSame(one, kind));
      if (at >= 0) extra.splice(at, 1);
      return at < 0;
    });
    return { missing: missing[0], extra };
  }

  async #add(kind: Kind): Promise<void> {
    const warm = await startWarm(this.#host, kind, this.#prepareShell);
    const renew = () => void this.#drop(warm).then(() => this.fill());
    this.#ready.set(warm, setTimeout(renew, ageMsMax).unref());
    void warm.shell.exited.then(() => this.#ended(warm));
    this.#host.log('debug', 'warm_shell_ready', { shell: warm.id, ...kind });
  }

  async #ended(warm: WarmShell): Promise<void> {
    if (!this.#ready.has(warm)) return;
    this.#host.log('warn', 'warm_shell_ended', { shell: warm.id });
    await this.#drop(warm);
    this.#fillIn(replaceMs);
  }

  async #drop(warm: WarmShell): Promise<void> {
    if (!this.#ready.has(warm)) return;
    this.#forget(warm);
    await endWarm(this.#host, warm).catch((error: Error) =>
      this.#host.log('error', 'shell_not_closed', { error: error.stack }),
    );
  }

  #forget(warm: WarmShell): void {
    clearTimeout(this.#ready.get(warm));
    this.#ready.delete(warm);
  }
}
