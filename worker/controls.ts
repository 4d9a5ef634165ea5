/**
 * Signals, ends and input that callers left for a session's commands: taken from the record one call at a time, so that
 * they keep their order, and given to the command they name once that has been started, and to no other. What is for the
 * session's terminal reaches whatever runs there: a command that was being started is waited for.
 */
import type { ClaimedCommand, Control } from '../sql/host.ts';
import { bytesOf, readJson } from './controlData.ts';
import type { Key, Shell, ShellTerminal, TerminalSize } from './shell/index.ts';

interface ControlSource {
  /** Takes what was left, once and for all; `input`: with the next piece of input of the running command. */
  take(input: boolean): Promise<Control[]>;
  /** The session was closed. */
  closed(): void;
  /** A piece of input was written: there may be more to take. */
  hungry(): void;
  /** Input could not be written: its command has ended meanwhile, or its terminal was closed. */
  dropped(command: ClaimedCommand | null, error: Error): void;
  resize(size: TerminalSize): void;
  /** The session's terminal, opened where it is not. */
  terminal(): Promise<ShellTerminal | null>;
}

/** Takes what was left for one session whenever it is told, and knows which command has been started. */
export class Controls {
  readonly #source: ControlSource;
  #waiting: Control[] = [];
  #target: { command: ClaimedCommand; shell: Shell } | null = null;
  #feeding = 0;
  #taking: Promise<void> | null = null;
  #again = false;
  #endsAll = false;
  #isResting = true;

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
    this.#remove(({ command_id }) => command_id === command.id);
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

  /** Something may be about to be started. */
  work(): void {
    this.#isResting = false;
  }

  /** Nothing runs, and nothing is being claimed: what was left for commands is forgotten, keys are typed all the same. */
  rest(): void {
    this.#remove(({ kind }) => kind !== 'keys');
    this.#isResting = true;
    this.#apply();
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
    const input = this.#feeding === 0 && !this.#waiting.some(({ kind }) => kind === 'stdin' || kind === 'keys');
    const controls = await this.#source.take(input);
    for (const control of controls) {
      if (control.kind === 'close') this.#source.closed();
      else if (control.kind === 'resize') this.#source.resize(readJson<TerminalSize>(control));
      else this.#waiting.push(control);
    }
    this.#apply();
  }

  #apply(): void {
    if (this.#target === null && !this.#isResting) return;
    for (const control of this.#remove(({ kind }) => kind === 'keys')) {
      void this.#feed(null, () => this.#press(readJson<Key[]>(control)));
    }
    if (this.#target === null) return;
    const { command, shell } = this.#target;
    for (const control of this.#remove(({ command_id }) => command_id === command.id)) {
      if (control.kind === 'end') void shell.end('killed');
      if (control.kind === 'signal') shell.signal(`SIG${control.signal}` as NodeJS.Signals);
      if (control.kind === 'stdin') void this.#feed(command, () => this.#write(shell, control));
    }
  }

  #remove(isWanted: (control: Control) => boolean): Control[] {
    const removed = this.#waiting.filter(isWanted);
    this.#waiting = this.#waiting.filter((control) => !isWanted(control));
    return removed;
  }

  async #write(shell: Shell, control: Control): Promise<void> {
    await shell.write(bytesOf(control));
    if (control.last) shell.endInput();
  }

  async #press(keys: Key[]): Promise<void> {
    await (await this.#source.terminal())?.press(keys);
  }

  async #feed(command: ClaimedCommand | null, give: () => Promise<void>): Promise<void> {
    this.#feeding += 1;
    try {
      await give();
    } catch (error) {
      this.#source.dropped(command, error as Error);
    }
    this.#feeding -= 1;
    this.#source.hungry();
  }
}
