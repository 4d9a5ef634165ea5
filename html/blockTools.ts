/** What can be done with a command of a session: forms that work without scripts, and buttons that copy. */
import { html } from 'hono/html';
import type { CommandRow } from '../sql/contract.ts';
import type { Html } from './page.ts';
import { unsent } from './unsent.ts';
import { hasEnded } from './words.ts';

/** What ends it or keeps it from running; nothing once it has ended. */
export function actions({ id, seq, session_id, state }: CommandRow): Html {
  if (hasEnded(state)) return html``;
  const base = `/s/${session_id}`;
  const cancel = (text: string, title: string) => act(`${base}/cancel/${id}`, text, title);
  const forms =
    state === 'queued'
      ? cancel('Cancel', 'It will never run')
      : html`${act(`${base}/interrupt/${id}`, 'Interrupt', 'Ctrl-C')}${cancel('End', 'Interrupt, then TERM, then KILL to all its processes')}`;
  return html`<span class="acts" id="c${seq}-act">${forms}</span>`;
}

function act(action: string, text: string, title: string): Html {
  return html`<form class="act" method="post" action="${action}" hx-post="${action}" hx-target="#notice"><button class="plain" title="${title}">${text}</button></form>`;
}

/** What can be done with any command: shown when one looks at it. */
export function blockTools({ id, seq, session_id, state }: CommandRow): Html {
  const base = `/s/${session_id}`;
  const fork = html`<form method="post" action="${base}/fork"><input type="hidden" name="after" value="${seq}">${tool('fork', `Fork from here: a new session in the state after command ${seq}`)}</form>`;
  return html`<div class="block-tools">
${copy('text', 'copy', 'Copy the command')}${copy('out', 'copy-out', 'Copy the output')}
<form class="again" method="post" action="${base}/again/${id}" hx-post="${base}/again/${id}" hx-target="#notice">${tool('again', 'Run again')}</form>${hasEnded(state) ? fork : ''}</div>`;
}

function copy(what: 'text' | 'out', icon: string, title: string): Html {
  return html`<button type="button" class="tool scripted" data-copy="${what}" title="${title}" aria-label="${title}"><i class="i i-${icon}" aria-hidden="true"></i></button>`;
}

function tool(icon: string, title: string): Html {
  return html`<button class="tool" title="${title}" aria-label="${title}"><i class="i i-${icon}" aria-hidden="true"></i></button>`;
}

/** The field for the input of an interactive command that runs. */
export function inputField({ id, seq, session_id, state, interactive }: CommandRow): Html | string {
  if (!interactive || state !== 'running') return '';
  const action = `/s/${session_id}/stdin/${id}`;
  return html`<form class="stdin" id="c${seq}-in" method="post" action="${action}" hx-post="${action}" hx-target="#notice" hx-sync="this:queue all" data-line>
${unsent('No answer came: the line arrived, or not. What the command writes may tell.')}<label for="c${seq}-line">stdin</label><input id="c${seq}-line" name="line" autocomplete="off" spellcheck="false" autocapitalize="off" placeholder="A line for the command that runs">
<button>Send</button><button name="eof" value="1" class="plain" title="Send what is written, without a line break, and end the input (Ctrl-D)">End input</button></form>`;
}
