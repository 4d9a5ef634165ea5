/** One command of a session: the prompt, the text, its output, how it ended. */
import { html, raw } from 'hono/html';
import type { CommandRow, CommandState } from '../sql/contract.ts';
import type { OutputHtml } from './output.ts';
import { linesMax } from './output.ts';
import type { Html } from './page.ts';
import { clock, duration, elapsed, shortDirectory, size } from './text.ts';

/** What is shown of a command. `cwd` is the directory it began in; `isCut`: more is stored than is shown. */
export interface BlockOutput {
  stdout: OutputHtml | undefined;
  stderr: OutputHtml | undefined;
  isCut: boolean;
}
export interface Block {
  command: CommandRow;
  cwd: string | null;
  output: BlockOutput;
}

/** The whole block; `#c42` is its permalink. */
export function block({ command, cwd, output }: Block): Html {
  const { seq } = command;
  return html`<article class="block" id="c${seq}" data-seq="${seq}" tabindex="-1" aria-label="Command ${seq}">
<header><div class="line">${prompt(cwd, command.session_id)}<pre class="text">${command.command}</pre></div>
<div class="meta"><span id="c${seq}-state">${stateOf(command)}</span>${actions(command)}<a class="link" href="#c${seq}" aria-label="Link to command ${seq}">#${seq}</a></div></header>
${outputOf(command, output)}
</article>`;
}

/** The output's place, which is replaced as a whole when what was shown has changed. */
export function outputOf(command: CommandRow, output: BlockOutput): Html {
  return html`<div class="out" id="c${command.seq}-out">${output.isCut ? cutNote(command) : ''}${grow(command, output)}</div>`;
}

/** What is new: the fixed rows, and the place of the open ones with what goes in there next. */
export function grow(command: CommandRow, { stdout, stderr }: BlockOutput): Html {
  const fixed = html`${stream('o', stdout?.fixed)}${stream('e', stderr?.fixed)}`;
  const open = html`${stream('o', stdout?.open)}${stream('e', stderr?.open)}`;
  return html`${fixed}<div id="c${command.seq}-open">${open}</div>`;
}

/** The prompt: a directory where it is known. */
export function prompt(cwd: string | null, sessionId: string): Html {
  const directory =
    cwd === null ? '' : html`<span class="cwd" title="${cwd}">${shortDirectory(cwd, sessionId)}</span> `;
  return html`<span class="prompt">${directory}<b aria-hidden="true">$</b></span>`;
}

/** The class of a state, for its colour; what it says is in words. */
export function outcome({ state, exit_code }: CommandRow): string {
  if (state === 'exited') return exit_code === 0 ? 'good' : 'bad';
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
const explanations: Partial<Record<CommandState, string>> = {
  lost: 'The host was lost while this ran: it may have run on, and nobody saw how it ended. It is never run again by itself.',
  expired: 'It waited for a host for 24 hours; it never ran.',
  cancelled: 'It never ran.',
  shell_exited: 'The next command has a fresh shell, with the state from before this one.',
};

/** How it stands, in words: `exit 0`, `running`, `killed (KILL)`. */
export function inWords({ state, exit_code, signal }: CommandRow): string {
  if (state === 'exited' || state === 'shell_exited')
    return exit_code === null ? words[state] : `${words[state]} ${exit_code}`;
  return signal && hasEnded(state) ? `${words[state]} (${signal})` : words[state];
}

/** State and time, for the block's corner. */
export function stateOf(command: CommandRow): Html {
  const { state, run_ms, queued_ms, problem } = command;
  const times = state === 'running' ? elapsed(run_ms ?? 0) : run_ms !== null && hasEnded(state) ? duration(run_ms) : '';
  const waited = (queued_ms ?? 0) >= 1_000 && state !== 'queued' ? ` after waiting ${duration(queued_ms ?? 0)}` : '';
  const explanation = problem ?? explanations[state] ?? '';
  return html`${explanation ? html`<span class="why">${explanation}</span>` : ''}${times ? html`<time class="took" title="${timeLine(command)}">${times}${waited}</time>` : ''}<span class="status ${outcome(command)}">${inWords(command)}</span>`;
}

/** As in sql/contract.ts, of which html/ takes types only: it must not bring zod along. */
function hasEnded(state: CommandState): boolean {
  return state !== 'queued' && state !== 'running';
}

function timeLine({ created_at, started_at, finished_at }: CommandRow): string {
  const parts = [`sent ${clock(created_at)}`];
  if (started_at) parts.push(`started ${clock(started_at)}`);
  if (finished_at) parts.push(`ended ${clock(finished_at)}`);
  return parts.join(', ');
}

function actions({ id, seq, session_id, state }: CommandRow): Html {
  if (hasEnded(state)) return html``;
  const [path, text] = state === 'queued' ? [`cancel/${id}`, 'Cancel'] : ['interrupt', 'Interrupt'];
  const action = `/s/${session_id}/${path}`;
  return html`<form class="act" id="c${seq}-act" method="post" action="${action}" hx-post="${action}" hx-target="#notice"><button class="plain" title="${state === 'queued' ? 'It will never run' : 'Ctrl-C'}">${text}</button></form>`;
}

function cutNote({ id, stdout_bytes, stderr_bytes, dropped_bytes }: CommandRow): Html {
  const link = (name: string, bytes: number) =>
    bytes > 0
      ? html` <a href="/v1/commands/${id}/output?stream=${name}" download="${name}.txt">${name}, ${size(bytes)}</a>`
      : '';
  const dropped = dropped_bytes > 0 ? ` ${size(dropped_bytes)} beyond max_output were counted and not kept.` : '';
  return html`<p class="cut">Only the last ${linesMax.toLocaleString('en')} lines at most are shown.${dropped} All of it:${link('stdout', stdout_bytes)}${link('stderr', stderr_bytes)}</p>`;
}

/** The HTML was made by paint.ts, which escapes all text. A parser drops a line break right behind `<pre>`, so there is one. */
function stream(kind: 'o' | 'e', painted: string | undefined): Html | string {
  return painted ? html`<pre class="${kind}">\n${raw(painted)}</pre>` : '';
}
