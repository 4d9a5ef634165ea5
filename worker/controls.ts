/** Signals, ends and input that callers left for a session's commands, applied to the one they name and to no other. */
import type { ClaimedCommand, Control } from '../sql/host.ts';
import type { Shell } from './shell/index.ts';

export class Controls {
  #waiting: Control[] = [];

  /** Keeps controls until `apply` or `drop`: the command they name may be claimed and its answer still on its way. */
  add(controls: Control[]): void {
    this.#waiting.push(...controls);
  }

  /** Whether this command was cancelled before it could start. */
  endsBeforeStart(command: ClaimedCommand): boolean {
    return this.#waiting.some((control) => control.kind === 'end' && control.command_id === command.id);
  }

  /**
   * Applies what waits for the running command, in order, and forgets the rest: their commands have ended. Where a piece of
   * input was among it, returns a promise that settles when the command has room for more.
   */
  apply(command: ClaimedCommand, shell: Shell): Promise<void> | null {
    const mine = this.#waiting.filter((control) => control.command_id === command.id);
    this.#waiting = [];
    let written: Promise<void> | null = null;
    for (const control of mine) {
      if (control.kind === 'end') void shell.end('killed');
      if (control.kind === 'signal') shell.signal(`SIG${control.signal}` as NodeJS.Signals);
      if (control.kind === 'stdin') written = (written ?? Promise.resolve()).then(() => write(shell, control));
    }
    return written;
  }

  /** Forgets all: nothing runs, and nothing is being claimed. */
  drop(): void {
    this.#waiting = [];
  }
}

async function write(shell: Shell, control: Control): Promise<void> {
  await shell.write(Buffer.from(control.data ?? '', 'base64'));
  if (control.last) shell.endInput();
}
