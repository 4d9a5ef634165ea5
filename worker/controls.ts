/** Signals and ends that callers left for a session's commands, applied to the one they name and to no other. */
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

  /** Applies what waits for the running command, in order, and forgets the rest: their commands have ended. */
  apply(command: ClaimedCommand, shell: Shell): void {
    const mine = this.#waiting.filter((control) => control.command_id === command.id);
    this.#waiting = [];
    for (const control of mine) {
      if (control.kind === 'end') void shell.end('killed');
      if (control.kind === 'signal') shell.signal(`SIG${control.signal}` as NodeJS.Signals);
    }
  }

  /** Forgets all: nothing runs, and nothing is being claimed. */
  drop(): void {
    this.#waiting = [];
  }
}
