/** Before something is done with many commands: how many, and whether one means it. In a dialog, or as a page without scripts. */
import { html } from 'hono/html';
import { type JobFields, jobQuery } from './jobs.ts';
import { type Frame, type Html, page } from './page.ts';
import { clock, count } from './text.ts';

/** What would be done. */
export interface Preview {
  kind: 'cancel' | 'again';
  fields: JobFields;
  /** A fresh id, by which a form that is sent twice does its work once. */
  key: string;
  /** Of `cancel`: what waits and what runs. Of `again`: what has ended, and whether there are more than are run at once. */
  queued: number;
  running: number;
  ended: number;
  isMore: boolean;
}

/** The question. */
export function bulkQuestion(preview: Preview): Html {
  const { kind, fields, key } = preview;
  const matched = kind === 'cancel' ? preview.queued + preview.running : preview.ended;
  const what = `${count(matched)} ${matched === 1 ? 'command' : 'commands'}`;
  const verb = kind === 'cancel' ? 'Cancel' : 'Run again';
  const action = `/jobs/${kind}`;
  return html`<form method="post" action="${action}" hx-post="${action}" hx-target="closest .question" hx-swap="innerHTML" class="question">
<h2>${matched === 0 ? 'No command matches' : `${verb} ${what}?`}</h2>
<p class="soft">${filterInWords(fields)}</p>
${kind === 'cancel' ? cancelNote(preview) : againNote(preview)}
${Object.entries({ ...fields, cursor: '', key_id: fields.key ?? '', key }).map(([name, value]) => (value ? html`<input type="hidden" name="${name}" value="${value}">` : ''))}
<p class="buttons">${matched === 0 ? '' : html`<button class="${kind === 'cancel' ? 'danger' : 'primary'}">${verb} ${what}</button>`}<a class="button plain" href="/jobs?${jobQuery(fields)}" data-close>${matched === 0 ? 'Close' : 'Leave them'}</a></p></form>`;
}

/** What was done. */
export function bulkResult(fields: JobFields, text: string, refused: string | undefined): Html {
  return html`<h2>${text}</h2>${refused ? html`<p>${refused}</p>` : ''}
<p class="buttons"><a class="button" href="/jobs?${jobQuery(fields)}" data-close>Close</a></p>`;
}

/** Either as a page of its own. */
export function bulkPage(frame: Frame, content: Html): Html {
  return page({
    frame,
    title: 'Confirm',
    section: 'jobs',
    kind: 'small',
    main: html`<h1 class="quiet-to-the-eye">Confirm</h1><section class="card">${content}</section>`,
  });
}

function cancelNote({ queued, running }: Preview): Html {
  if (queued + running === 0) return html`<p>What has ended stays as it is.</p>`;
  return html`<p>${queued > 0 ? `${count(queued)} that wait will never run. ` : ''}${running > 0 ? `${count(running)} that run are ended with all their processes. ` : ''}Each is an event of the record.</p>`;
}

function againNote({ isMore, ended }: Preview): Html {
  if (ended === 0) return html`<p>Only what has ended can be run again.</p>`;
  return html`<p>Each is sent to its session as a new command, in the order in which they were sent before. Variables and directories are those of now.${isMore ? ` These are the newest ${count(ended)}; more match.` : ''}</p>`;
}

/** `before` is the moment of the preview, which everybody means. */
function filterInWords({ cursor: _, before, ...fields }: JobFields): string {
  const given = Object.entries(fields).filter(([, value]) => value);
  const words = given.map(([name, value]) => `${name.replace('_', ' ')}: ${value}`);
  const until = before ? [`sent before ${clock(before)}`] : [];
  return [...(words.length > 0 ? words : ['No filter is set: these are all']), ...until].join(' · ');
}
