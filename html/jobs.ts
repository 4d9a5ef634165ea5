/** The page of jobs: all commands of all sessions, newest first. */
import { html } from 'hono/html';
import type { ApiKey, CommandRow, Page } from '../sql/contract.ts';
import { type Figures, figuresPanel } from './figures.ts';
import { jobFilters } from './jobFilters.ts';
import { type Frame, type Html, page } from './page.ts';
import { ago, clock, count, duration, elapsed, oneLine, visible } from './text.ts';
import { refreshTrigger, type View } from './view.ts';
import { badge, hasEnded } from './words.ts';

/** Filters as the address has them: texts, empty ones left out. */
export type JobFields = Partial<
  Record<'q' | 'state' | 'session' | 'host' | 'key' | 'exit_code' | 'age' | 'before' | 'after' | 'cursor', string>
>;

export interface Jobs {
  list: Page<CommandRow>;
  fields: JobFields;
  /** Why there is no list. */
  problem?: string | undefined;
  nowMs: number;
}

/** The whole page. `keys` are those that can be chosen from; admins see them. */
export function jobsPage(frame: Frame, figures: Figures, jobs: Jobs, keys: ApiKey[]): Html {
  return page({
    frame,
    title: 'Jobs',
    section: 'jobs',
    kind: 'wide',
    main: html`<div class="head"><h1>Jobs</h1></div>
${figuresPanel(figures, frame.view)}
${jobFilters(jobs.fields, keys)}
<div id="notice" role="alert"></div>
${jobList(jobs, frame.view)}`,
  });
}

/** The rows and what keeps them fresh. Only the first page moves. */
export function jobList({ list, fields, problem, nowMs }: Jobs, view: View): Html {
  const query = jobQuery(fields);
  const older = list.next_cursor ? jobQuery({ ...fields, cursor: list.next_cursor }) : undefined;
  return html`<div id="jobs" class="tail" hx-get="/jobs/rows?${query}" hx-trigger="${refreshTrigger(view)}" hx-swap="outerMorph" hx-status:4xx="swap:none" hx-status:5xx="swap:none">
${problem ? html`<p class="problem">${problem}</p>` : list.items.length === 0 ? nothing(fields, older) : table(list.items, nowMs)}
${older || fields.cursor ? html`<p class="more">${fields.cursor ? html`<a class="button" href="/jobs?${jobQuery({ ...fields, cursor: '' })}">Newest</a> ` : ''}${older ? html`<a class="button" href="/jobs?${older}" rel="next">Older</a>` : ''}</p>` : ''}
</div>`;
}

/** The fields as an address has them. */
export function jobQuery(fields: JobFields): string {
  const given = Object.entries(fields).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return new URLSearchParams(given).toString();
}

function nothing(fields: JobFields, older: string | undefined): Html {
  if (older)
    return html`<p class="none">Nothing found in the time that a search has; it can go on with what is older.</p>`;
  if (jobQuery(fields)) return html`<p class="none">No command matches. <a href="/jobs">Show all</a></p>`;
  return html`<p class="none">Nothing was run yet. Commands appear here as soon as they are sent.</p>`;
}

function table(items: CommandRow[], nowMs: number): Html {
  return html`<div class="scroll"><table class="list jobs"><thead><tr><th scope="col">State</th><th scope="col">Command</th><th scope="col">Session</th><th scope="col" class="opt">Key</th><th scope="col" class="opt">Host</th><th scope="col" class="num opt">Waited</th><th scope="col" class="num">Ran</th><th scope="col" class="num">Sent</th><th scope="col"><span class="quiet-to-the-eye">Actions</span></th></tr></thead>
<tbody>${items.map((item) => row(item, nowMs))}</tbody></table></div>`;
}

function row(item: CommandRow, nowMs: number): Html {
  const { id, command, session_id, session_name, seq, key_name, host, queued_ms, created_at } = item;
  return html`<tr id="j-${id}">
<td>${badge(item)}</td>
<td class="command"><a class="cmd" href="/jobs/${id}" title="${visible(command.slice(0, 500))}"><code>${oneLine(command)}</code></a></td>
<td class="in"><a class="name" href="/s/${session_id}?before=${seq + 25}#c${seq}">${session_name ?? session_id.slice(-8)}</a> <span class="soft">#${seq}</span></td>
<td class="opt soft who-made">${key_name}</td><td class="opt soft">${host ?? '–'}</td>
<td class="num opt soft">${queued_ms === null ? '–' : duration(queued_ms)}</td>
<td class="num">${ran(item)}</td>
<td class="num"><time datetime="${created_at}" title="${clock(created_at)}">${ago(created_at, nowMs)}</time></td>
<td class="act-cell">${jobAction(item)}</td></tr>`;
}

function ran({ state, run_ms }: CommandRow): string {
  if (run_ms === null) return '–';
  return hasEnded(state) ? duration(run_ms) : elapsed(run_ms);
}

/** What can be done with one command: cancel what has not ended, run again what has. */
export function jobAction({ id, seq, state, session_name, session_id }: CommandRow): Html {
  const [path, text] = hasEnded(state) ? ['again', 'Run again'] : ['cancel', state === 'queued' ? 'Cancel' : 'End'];
  const action = `/jobs/${id}/${path}`;
  const label = `${text}: command ${count(seq)} of ${session_name ?? session_id.slice(-8)}`;
  return html`<form method="post" action="${action}" hx-post="${action}" hx-target="#notice"><button class="plain" aria-label="${label}">${text}</button></form>`;
}
