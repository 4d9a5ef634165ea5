/** The page of all sessions, and of what a search finds in them. */
import { html } from 'hono/html';
import { type Hit, hits } from './hits.ts';
import { type Frame, type Html, page } from './page.ts';
import { type SessionFilter, type SessionRows, sessionList, stateTexts } from './sessionList.ts';

/** When and where the page is asked for. */
interface Now {
  ms: number;
  origin: string;
}

/** What a search found in commands and their output. */
export interface Found {
  hits: Hit[];
  /** There are more, on the page of jobs. */
  isMore: boolean;
}

/** The list, with the form that opens a session; with a search also the commands it found. */
export function sessionsPage(frame: Frame, rows: SessionRows, filter: SessionFilter, now: Now, found?: Found): Html {
  const isFiltered = Boolean(filter.q || filter.state || filter.cursor);
  const isEmpty = rows.list.items.length === 0 && !isFiltered;
  return page({
    frame,
    title: 'Sessions',
    section: 'sessions',
    kind: 'wide',
    main: html`<div class="head"><h1>Sessions</h1>${newSession(isEmpty)}</div>
${isEmpty ? welcome(now.origin) : html`${filters(filter)}${found ? html`<h2 class="part">Sessions</h2>` : ''}${sessionList(rows, filter, now.ms, frame.view)}${found ? commandsFound(found, filter.q ?? '', now.ms) : ''}`}`,
  });
}

function commandsFound({ hits: found, isMore }: Found, q: string, nowMs: number): Html {
  const more = new URLSearchParams({ q });
  return html`<h2 class="part">Commands and their output</h2>
${found.length === 0 ? html`<p class="none">No command says or wrote this${isMore ? ' lately' : ''}.</p>` : hits(found, q, nowMs)}
${isMore ? html`<p class="more"><a class="button" href="/jobs?${more.toString()}">More commands</a></p>` : ''}`;
}

function newSession(isFirst: boolean): Html {
  return html`<form method="post" action="/s" class="new">
<input name="name" maxlength="128" placeholder="Name, if you like" aria-label="Name of the new session" autocomplete="off">
<label class="check" title="For programs that draw on the whole screen"><input type="checkbox" name="tty" value="1"> terminal</label>
<button class="primary" ${isFirst ? 'autofocus' : ''}>New session</button></form>`;
}

function filters({ q = '', state = '' }: SessionFilter): Html {
  const option = (value: string, text: string) =>
    html`<option value="${value}" ${value === state ? 'selected' : ''}>${text}</option>`;
  return html`<form class="filters" method="get" action="/" role="search">
<input type="search" name="q" value="${q}" maxlength="256" placeholder="Search names, directories, commands and their output" aria-label="Search sessions, commands and output">
<select name="state" aria-label="State">${option('', 'Any state')}${Object.keys(stateTexts).map((name) => option(name, name))}</select>
<button>Search</button>${q || state ? html`<a class="button plain" href="/">Clear</a>` : ''}</form>`;
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
