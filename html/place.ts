/** The second bar of a session's pages: which session, how it is, what can be done with it. */
import { html } from 'hono/html';
import type { Session } from '../sql/contract.ts';
import type { Html } from './page.ts';
import { sessionState } from './sessionList.ts';
import { sessionLabel } from './text.ts';

/** The bar; `view` is the page of the session that this is. */
export function place(session: Session, view: 'terminal' | 'replay'): Html {
  const label = sessionLabel(session);
  const base = `/s/${session.id}`;
  const tab = (name: typeof view, path: string, text: string) =>
    html`<a href="${path}" ${name === view ? html`aria-current="page"` : ''}>${text}</a>`;
  return html`<nav class="crumbs" aria-label="Place"><a href="/">Sessions</a><span class="slash" aria-hidden="true">/</span><b class="here" title="${label}">${label}</b></nav>
<span id="session-state">${sessionState(session)}</span>
<span class="host" id="session-host">${hostOf(session)}</span>${origin(session)}
<div class="place-end"><nav class="tabs" aria-label="Views">${tab('terminal', base, 'Terminal')}${tab('replay', `${base}/replay`, 'Replay')}<a href="/jobs?session=${session.id}">Jobs</a><a href="/audit?session=${session.id}">Audit</a></nav>
${session.state === 'closed' || view === 'replay' ? '' : closing(session)}</div>`;
}

/** The host and the number of the shell, if it is not the first. */
export function hostOf({ host, generation }: Session): string {
  return [host ? `on ${host}` : '', generation > 1 ? `shell ${generation}` : ''].filter(Boolean).join(' · ');
}

function closing({ id }: Session): Html {
  return html`<form id="session-close" method="post" action="/s/${id}/close" hx-post="/s/${id}/close" hx-target="#notice" hx-confirm="Close this session? What runs in it is ended. Its history stays."><button class="plain">Close</button></form>`;
}

/** Where it came from. */
function origin({ forked_from, replay_id }: Session): Html | string {
  if (!forked_from) return '';
  const what = replay_id ? 'replay of' : 'fork of';
  return html`<a class="origin" href="/s/${forked_from.session_id}?before=${forked_from.seq + 1}#c${forked_from.seq}">${what} ${forked_from.session_id.slice(-8)} #${forked_from.seq}</a>`;
}
