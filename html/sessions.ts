/** The page of all sessions. */
import { html } from 'hono/html';
import type { Page, Session, SessionState } from '../sql/contract.ts';
import { type AssetUrls, type Html, page } from './page.ts';
import { ago, clock, sessionLabel, shortDirectory } from './text.ts';

/** What the list shows, as its address has it. */
export interface SessionFilter {
  q?: string | undefined;
  state?: string | undefined;
  cursor?: string | undefined;
}

/** When and where the page is asked for. */
export interface Now {
  ms: number;
  origin: string;
}

/** How often the list looks for news. */
const refreshInterval = '3s';

/** The list, with the form that opens a session. */
export function sessionsPage(
  assets: AssetUrls,
  user: string,
  list: Page<Session>,
  filter: SessionFilter,
  now: Now,
): Html {
  const isFiltered = Boolean(filter.q || filter.state || filter.cursor);
  const isEmpty = list.items.length === 0 && !isFiltered;
  return page({
    title: 'Sessions',
    assets,
    user,
    kind: 'wide',
    main: html`<div class="head"><h1>Sessions</h1>${newSession(isEmpty)}</div>
${isEmpty ? welcome(now.origin) : html`${filters(filter)}${sessionList(list, filter, now.ms)}`}`,
  });
}

/** The rows and what keeps them fresh: replaced as a whole, in place. */
export function sessionList(list: Page<Session>, filter: SessionFilter, nowMs: number): Html {
  const address = `/sessions?${query(filter)}`;
  return html`<div id="sessions" class="tail" hx-get="${address}" hx-trigger="every ${refreshInterval}, tail" hx-swap="outerMorph"
 hx-status:4xx="swap:none" hx-status:5xx="swap:none">
${list.items.length === 0 ? html`<p class="none">No session matches.</p>` : table(list.items, nowMs)}
${list.next_cursor ? html`<p class="more"><a href="/?${query({ ...filter, cursor: list.next_cursor })}">Older sessions</a></p>` : ''}
</div>`;
}

const stateTexts: Record<SessionState, string> = {
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

function newSession(isFirst: boolean): Html {
  return html`<form method="post" action="/s" class="new">
<input name="name" maxlength="128" placeholder="Name, if you like" aria-label="Name of the new session" autocomplete="off">
<button class="primary" ${isFirst ? 'autofocus' : ''}>New session</button></form>`;
}

function filters({ q = '', state = '' }: SessionFilter): Html {
  const option = (value: string, text: string) =>
    html`<option value="${value}" ${value === state ? 'selected' : ''}>${text}</option>`;
  return html`<form class="filters" method="get" action="/" role="search">
<input type="search" name="q" value="${q}" placeholder="Name, id or directory" aria-label="Search sessions">
<select name="state" aria-label="State">${option('', 'any state')}${Object.keys(stateTexts).map((name) => option(name, name))}</select>
<button>Search</button></form>`;
}

function table(sessions: Session[], nowMs: number): Html {
  return html`<table class="list"><thead><tr><th>Session</th><th>State</th><th class="opt">Host</th><th>Directory</th><th class="num opt">Commands</th><th class="num">Active</th></tr></thead>
<tbody>${sessions.map((session) => row(session, nowMs))}</tbody></table>`;
}

function row(session: Session, nowMs: number): Html {
  return html`<tr id="s-${session.id}">
<td><a class="name" href="/s/${session.id}">${sessionLabel(session)}</a></td>
<td>${sessionState(session)}</td>
<td class="opt">${session.host ?? '–'}</td>
<td class="path" title="${session.cwd ?? ''}">${session.cwd === null ? '–' : shortDirectory(session.cwd, session.id)}</td>
<td class="num opt">${session.commands}</td>
<td class="num"><time datetime="${session.last_active_at}" title="${clock(session.last_active_at)}">${ago(session.last_active_at, nowMs)}</time></td>
</tr>`;
}

function welcome(origin: string): Html {
  return html`<section class="welcome">
<h2>A shell that remembers</h2>
<p>A session is a bash that stays: the directory, variables and functions of one command are there for the next. Every command and every byte it wrote is kept.</p>
<p>Press <b>New session</b>, or open one from a program:</p>
<pre>curl -H "X-Shell-Key: $KEY" ${origin}/v1/sessions --json '{"name": "first"}'
curl -H "X-Shell-Key: $KEY" ${origin}/v1/sessions/first/commands --json '{"command": "cd /tmp; pwd"}'</pre>
<p>It appears here, and you can watch it work. The whole API is at <a href="/docs">/docs</a>.</p>
</section>`;
}

function query(filter: SessionFilter): string {
  const given = Object.entries(filter).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return new URLSearchParams(given).toString();
}
