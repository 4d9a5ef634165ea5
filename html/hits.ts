/** Commands that a search found: each with the line that says why. */
import { html } from 'hono/html';
import type { CommandRow } from '../sql/contract.ts';
import type { Html } from './page.ts';
import { ago, clock, oneLine } from './text.ts';
import { badge } from './words.ts';

/** A command and the line of its output that was searched for; none where its own text says it. */
export interface Hit {
  command: CommandRow;
  session: string;
  line: string | undefined;
}

/** The list. Each leads to the command in its session, with some before it. */
export function hits(found: Hit[], q: string, nowMs: number): Html {
  return html`<ol class="hits">${found.map((hit) => one(hit, q, nowMs))}</ol>`;
}

/** The address of a command in its session, among its neighbours. */
export function commandAddress({ session_id, seq }: Pick<CommandRow, 'session_id' | 'seq'>): string {
  return `/s/${session_id}?before=${seq + 25}#c${seq}`;
}

/** A text with what was searched for in it marked. */
function marked(text: string, q: string): Html {
  const at = q === '' ? -1 : text.toLowerCase().indexOf(q.toLowerCase());
  if (at < 0) return html`${text}`;
  return html`${text.slice(0, at)}<mark>${text.slice(at, at + q.length)}</mark>${text.slice(at + q.length)}`;
}

function one({ command, session, line }: Hit, q: string, nowMs: number): Html {
  return html`<li><a href="${commandAddress(command)}"><code>${marked(oneLine(command.command), q)}</code></a>
${line === undefined ? '' : html`<pre>${marked(line, q)}</pre>`}
<p class="soft">${badge(command)} <span>${session} #${command.seq}</span> <time datetime="${command.created_at}" title="${clock(command.created_at)}">${ago(command.created_at, nowMs)}</time></p></li>`;
}
