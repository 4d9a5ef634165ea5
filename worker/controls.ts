/**
 * Signals, ends and input that callers left for a session's commands: taken from the record one call at a time, so that
 * they keep their order, and given to the command they name once that has been started, and to no other.
 */
import type { ClaimedCommand, Control } from '../sql/host.ts';
import type { Shell } from './shell/index.ts';

export interface ControlSource {
  /** Takes what was left, once and for all; `input`: with the next piece of input of the running command. */
  take(input: boolean): Promise<Control[]>;
  /** The session was closed. */
  closed(): void;
  /** A piece of input was written: there may be more to take. */
  hungry(): void;
  /** Input could not be written: its command has ended meanwhile. */
  dropped(command: ClaimedCommand, error: Error): void;
}

export class Controls {
  readonly #source: ControlSource;
  #waiting: Control[] = [];
  #target: { command: ClaimedCommand; shell: Shell } | null = null;
  #feeding = 0;
  #taking: Promise<void> | null = null;
  #again = false;
  #endsAll = false;

  constructor(source: ControlSource) {
    this.#source = source;
  }

  /** Something was left in the record: takes it. What is for a command that has not been started yet waits for it. */
  take(): Promise<void> {
    this.#again = true;
    this.#taking ??= this.#takeAll();
    return this.#taking;
  }

  /** Whether this command was cancelled before it could start. */
  endsBeforeStart(command: ClaimedCommand): boolean {
    return this.#endsAll || this.#waiting.some(({ kind, command_id }) => kind === 'end' && command_id === command.id);
  }

  /** The command has been started in this shell: what waits for it is applied, and what comes from now on. */
  started(command: ClaimedCommand, shell: Shell): void {
    this.#target = { command, shell };
    if (this.#endsAll) void shell.end('killed');
    this.#apply();
  }

  /** The command has ended, or never began: what was left for it is forgotten. */
  ended(command: ClaimedCommand): void {
    this.#target = null;
    this.#waiting = this.#waiting.filter((control) => control.command_id !== command.id);
  }

  /** Ends what runs, and whatever would be started from now on. */
  endAll(): void {
    this.#endsAll = true;
    void this.#target?.shell.end('killed');
  }

  /** The session stays after all. */
  endNoMore(): void {
    this.#endsAll = false;
  }

  /** Forgets all: nothing runs, and nothing is being claimed. */
  drop(): void {
    this.#waiting = [];
  }

  async #takeAll(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        await this.#takeOnce();
      }
    } finally {
      this.#taking = null;
    }
  }

  async #takeOnce(): Promise<void> {
    // One piece of input at a time: what the command does not read waits in the record, where it is bounded.
    const input = this.#feeding === 0 && !this.#waiting.some(({ kind }) => kind === 'stdin');
    const controls = await this.#source.take(input);
    this.#waiting.push(...controls.filter(({ kind }) => kind !== 'close'));
    if (controls.some(({ kind }) => kind === 'close')) this.#source.closed();
    this.#apply();
  }

  #apply(): void {
    if (this.#target === null) return;
    const { command, shell } = this.#target;
    const mine = this.#waiting.filter((control) => control.command_id === command.id);
    this.#waiting = this.#waiting.filter((control) => control.command_id !== command.id);
    for (const control of mine) {
      if (control.kind === 'end') void shell.end('killed');
      if (control.kind === 'signal') shell.signal(`SIG${control.signal}` as NodeJS.Signals);
      if (control.kind === 'stdin') void this.#feed(command, shell, control);
    }
  }

  async #feed(command: ClaimedCommand, shell: Shell, control: Control): Promise<void> {
    this.#feeding += 1;
    try {
      await shell.write(Buffer.from(control.data ?? '', 'base64'));
      if (control.last) shell.endInput();
    } catch (error) {
      this.#source.dropped(command, error as Error);
    }
    this.#feeding -= 1;
    this.#source.hungry();
  }
}
