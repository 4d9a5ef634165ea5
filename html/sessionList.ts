/** Sessions as rows. */
import { html } from 'hono/html';
import type { LastCommand, Page, Session, SessionState } from '../sql/contract.ts';
import type { Html } from './page.ts';
import { ago, clock, oneLine, sessionLabel, shortDirectory, visible } from './text.ts';
import { refreshTrigger, type View } from './view.ts';
import { inWords, outcome } from './words.ts';

/** What the list shows, as its address has it. */
export interface SessionFilter {
  q?: string | undefined;
  state?: string | undefined;
  cursor?: string | undefined;
}

/** A page of sessions, and of each its last command. */
export interface SessionRows {
  list: Page<Session>;
  last: LastCommand[];
}

export const stateTexts: Record<SessionState, string> = {
  opening: 'waiting for a host',
  ready: 'ready',
  busy: 'running',
  detached: 'asleep: the next command wakes it',
  closed: 'closed',
};

/** A session's state, as a mark and in words. */
export function sessionState(session: Session): Html {
  const queued = session.queued > 0 ? `, ${session.queued} queued` : '';
  return html`<span class="state ${session.state}" title="${stateTexts[session.state]}"><i aria-hidden="true"></i>${session.state}${queued}</span>`;
}

/** The rows and what keeps them fresh: replaced as a whole, in place. */
export function sessionList({ list, last }: SessionRows, filter: SessionFilter, nowMs: number, view: View): Html {
  const lastOf = new Map(last.map((command) => [command.session_id, command]));
  return html`<div id="sessions" class="tail" hx-get="/sessions?${sessionQuery(filter)}" hx-trigger="${refreshTrigger(view)}" hx-swap="outerMorph"
 hx-status:4xx="swap:none" hx-status:5xx="swap:none">
${
  list.items.length === 0
    ? html`<p class="none">${list.next_cursor ? 'Nothing found in the time that a search has; it can go on with what is older.' : 'No session matches.'}</p>`
    : html`<div class="scroll"><table class="list sessions"><thead><tr><th scope="col">Session</th><th scope="col">State</th><th scope="col">Last command</th><th scope="col" class="opt">Directory</th><th scope="col" class="opt">Host</th><th scope="col" class="num">Active</th></tr></thead>
<tbody>${list.items.map((session) => row(session, lastOf.get(session.id), nowMs))}</tbody></table></div>`
}
${list.next_cursor ? html`<p class="more"><a class="button" href="/?${sessionQuery({ ...filter, cursor: list.next_cursor })}">Older sessions</a></p>` : ''}
</div>`;
}

/** The filter as an address has it. */
function sessionQuery(filter: SessionFilter): string {
  const given = Object.entries(filter).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return new URLSearchParams(given).toString();
}

function row(session: Session, last: LastCommand | undefined, nowMs: number): Html {
  const { id, cwd, host, last_active_at } = session;
  return html`<tr id="s-${id}">
<td class="main"><a class="name" href="/s/${id}">${sessionLabel(session)}</a>${tags(session)}</td>
<td>${sessionState(session)}</td>
<td class="last">${last ? lastCommand(id, last) : html`<span class="soft">nothing yet</span>`}</td>
<td class="path opt" title="${cwd ?? ''}">${cwd === null ? '–' : shortDirectory(cwd, id)}</td>
<td class="opt soft">${host ?? '–'}</td>
<td class="num"><time datetime="${last_active_at}" title="${clock(last_active_at)}">${ago(last_active_at, nowMs)}</time></td>
</tr>`;
}

function lastCommand(id: string, last: LastCommand): Html {
  return html`<a class="cmd" href="/s/${id}#c${last.seq}" title="${visible(last.command)}"><span class="dot ${outcome(last)}" role="img" aria-label="${inWords(last)}"></span><code>${oneLine(last.command)}</code></a><span class="soft seq">#${last.seq}</span>`;
}

function tags({ tty, forked_from, replay_id }: Session): Html {
  const tag = (text: string, title: string) => html` <span class="tag" title="${title}">${text}</span>`;
  return html`${tty ? tag('tty', 'It has a terminal') : ''}${replay_id ? tag('replay', 'Commands of another session run again') : forked_from ? tag('fork', 'It began in the state of another session') : ''}`;
}
