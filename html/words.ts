/** How a command stands, in words and as a class: a state is never told by colour alone. */
import { html } from 'hono/html';
import type { CommandRow, CommandState } from '../sql/contract.ts';
import type { Html } from './page.ts';

type Outcome = Pick<CommandRow, 'state' | 'exit_code'>;

/** As in sql/contract.ts, of which html/ takes types only: it must not bring zod along. */
export function hasEnded(state: CommandState): boolean {
  return state !== 'queued' && state !== 'running';
}

/** The class of a state, for its colour; what it says is in words. */
export function outcome({ state, exit_code }: Outcome): string {
  if (state === 'exited') return exit_code === 0 ? 'good' : 'bad';
  if (state === 'cancelled' || state === 'expired') return 'never';
  return hasEnded(state) ? 'bad' : state;
}

const words: Record<CommandState, string> = {
  queued: 'queued',
  running: 'running',
  exited: 'exit',
  timed_out: 'timed out',
  killed: 'killed',
  shell_exited: 'ended its shell',
  lost: 'lost',
  cancelled: 'cancelled',
  expired: 'expired',
};

/** What a state means, where that is not plain. */
export const explanations: Partial<Record<CommandState, string>> = {
  lost: 'The host was lost while this ran: it may have run on, and nobody saw how it ended. It is never run again by itself.',
  expired: 'It waited for a host for 24 hours; it never ran.',
  cancelled: 'It never ran.',
  shell_exited: 'The next command has a fresh shell, with the state from before this one.',
};

/** How it stands, in words: `exit 0`, `running`, `killed (KILL)`. */
export function inWords({ state, exit_code, signal }: Outcome & { signal?: string | null }): string {
  if (state === 'exited' || state === 'shell_exited')
    return exit_code === null ? words[state] : `${words[state]} ${exit_code}`;
  return signal && hasEnded(state) ? `${words[state]} (${signal})` : words[state];
}

/** The same as a badge. */
export function badge(command: Outcome & { signal?: string | null }): Html {
  return html`<span class="status ${outcome(command)}">${inWords(command)}</span>`;
}
