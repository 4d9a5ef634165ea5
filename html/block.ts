/** One command of a session: the prompt, the text, its output, how it ended. */
import { html, raw } from 'hono/html';
import type { CommandRow } from '../sql/contract.ts';
import { actions, blockTools, inputField } from './blockTools.ts';
import type { OutputHtml } from './output.ts';
import { linesMax } from './output.ts';
import type { Html } from './page.ts';
import { clock, dayTime, duration, elapsed, shortDirectory, size, visible } from './text.ts';
import { badge, explanations, hasEnded } from './words.ts';

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
  const { seq, session_id, created_at, started_at, key_name } = command;
  return html`<article class="block" id="c${seq}" data-seq="${seq}" tabindex="-1" aria-label="Command ${seq}">
<header><div class="line">${prompt(cwd, session_id)}<pre class="text">${visible(command.command)}</pre></div>
<div class="meta">${blockTools(command)}<span class="by" title="Submitted with the key ${key_name}">${key_name}</span><time class="at" datetime="${started_at ?? created_at}">${dayTime(started_at ?? created_at)}</time><span class="how" id="c${seq}-state">${stateOf(command)}</span>${actions(command)}<a class="link" href="#c${seq}" aria-label="Link to command ${seq}">#${seq}</a></div></header>
${outputOf(command, output)}
${inputField(command)}
</article>`;
}

/** The output's place, which is replaced as a whole when what was shown has changed. */
export function outputOf(command: CommandRow, output: BlockOutput): Html {
  return html`<div class="out" id="c${command.seq}-out">${output.isCut ? cutNote(command, output) : ''}${grow(command, output)}</div>`;
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

/** State and time, for the block's corner. */
export function stateOf(command: CommandRow): Html {
  const { state, run_ms, queued_ms, problem } = command;
  const times = state === 'running' ? elapsed(run_ms ?? 0) : run_ms !== null && hasEnded(state) ? duration(run_ms) : '';
  const waited = (queued_ms ?? 0) >= 1_000 && state !== 'queued' ? ` after waiting ${duration(queued_ms ?? 0)}` : '';
  const explanation = problem ?? explanations[state] ?? '';
  return html`${explanation ? html`<span class="why">${explanation}</span>` : ''}${times ? html`<time class="took" title="${timeLine(command)}"${state === 'running' ? html` data-run-ms="${run_ms ?? 0}"` : ''}>${times}${waited && html`<span>${waited}</span>`}</time>` : ''}${badge(command)}`;
}

function timeLine({ created_at, started_at, finished_at, queued_ms }: CommandRow): string {
  const parts = [`sent ${clock(created_at)}`];
  if (started_at) parts.push(`started ${clock(started_at)} after ${duration(queued_ms ?? 0)} in the queue`);
  if (finished_at) parts.push(`ended ${clock(finished_at)}`);
  return parts.join(', ');
}

function cutNote(command: CommandRow, { stdout, stderr }: BlockOutput): Html {
  const { id, session_id, stdout_bytes, stderr_bytes, dropped_bytes } = command;
  const link = (name: string, bytes: number) =>
    bytes > 0
      ? html` <a href="/v1/commands/${id}/output?stream=${name}" download="${name}.txt">${name}, ${size(bytes)}</a>`
      : '';
  const dropped = dropped_bytes > 0 ? ` ${size(dropped_bytes)} beyond max_output were counted and not kept.` : '';
  return html`<p class="cut" data-all="/s/${session_id}/output/${id}">Only the last ${linesMax.toLocaleString('en')} lines at most are shown.${dropped} All of it:${link('stdout', stdout_bytes)}${link('stderr', stderr_bytes)}</p>${earlier(command, 'stdout', stdout)}${earlier(command, 'stderr', stderr)}`;
}

/** What puts the lines before those that are shown in its own place, and another one of its kind before them. */
export function earlier(
  { id, session_id }: Pick<CommandRow, 'id' | 'session_id'>,
  name: 'stdout' | 'stderr',
  shown: OutputHtml | undefined,
): Html | string {
  if (!shown?.start) return '';
  const address = `/s/${session_id}/earlier/${id}?stream=${name}&before=${shown.start}`;
  return html`<p class="earlier scripted"><button type="button" class="plain" hx-get="${address}" hx-target="closest p" hx-swap="outerHTML">Load earlier lines of ${name}</button></p>`;
}

/** The HTML was made by paint.ts, which escapes all text. A parser drops a line break right behind `<pre>`, so there is one. */
export function stream(kind: 'o' | 'e', painted: string | undefined): Html | string {
  return painted ? html`<pre class="${kind}">\n${raw(painted)}</pre>` : '';
}
