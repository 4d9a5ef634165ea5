/** Where all that a simulated host does outside itself passes: held while it is frozen, refused for ever once it was killed. */

/** The host is dead; what it still tries has no effect. */
export class KilledError extends Error {
  override readonly name = 'KilledError';
  readonly code = 'KILLED';
  constructor() {
    super('This host was killed.');
  }
}

export class Gate {
  #frozen: PromiseWithResolvers<void> | null = null;
  #killed = false;
  readonly #over = Promise.withResolvers<void>();

  /** Resolves when the simulation is over: a dead host that waits for it takes no step that would show, such as removing its files. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  get killed(): boolean {
    return this.#killed;
  }

  get frozen(): boolean {
    return this.#frozen !== null;
  }

  /** Resolves at once, or when the host is thawed. Rejects with KilledError once it was killed. */
  async pass(): Promise<void> {
    while (this.#frozen !== null) await this.#frozen.promise;
    if (this.#killed) throw new KilledError();
  }

  freeze(): void {
    this.#frozen ??= Promise.withResolvers();
  }

  thaw(): void {
    this.#frozen?.resolve();
    this.#frozen = null;
  }

  /** The simulation is over. */
  letGo(): void {
    this.thaw();
    this.#over.resolve();
  }

  kill(): void {
    this.#killed = true;
    this.thaw();
  }
}
