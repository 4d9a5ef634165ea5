/** One key: what is known of it, its limits, another secret for it, and its end. */
import { html } from 'hono/html';
import type { ApiKey } from '../sql/contract.ts';
import { type FreshKey, freshPanel, isOver, revokeForm, scopeTags, shownPanel, validity } from './apiKeys.ts';
import { limitFields } from './keyForm.ts';
import { type Frame, type Html, page } from './page.ts';
import { ago, clock } from './text.ts';

const graces = {
  0: 'refused at once',
  3600: 'taken for an hour',
  86400: 'taken for a day',
  604800: 'taken for a week',
};

/** The page. `fresh`: its secret, shown this once; `isRepeated`: the form that asked for one was sent again. */
export function keyPage(frame: Frame, key: ApiKey, nowMs: number, fresh?: FreshKey, isRepeated = false): Html {
  const { name } = key;
  return page({
    frame,
    title: `Key ${name}`,
    section: 'keys',
    kind: 'wide detail',
    main: html`<div class="head"><h1><a href="/keys">Keys</a> <span class="soft">/</span> ${name}</h1><div class="actions">${isOver(key, nowMs) ? '' : revokeForm(key)}</div></div>
${fresh ? freshPanel(fresh, `The new secret of “${fresh.name}”`) : ''}${isRepeated ? shownPanel(key, `“${name}” got its new secret before`) : ''}
<section class="panel"><h2>What it is</h2><dl class="facts">${facts(key, nowMs).map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl></section>
${key.revoked_at ? '' : html`<section class="panel"><h2>Change it</h2>${changeForm(key)}</section><section class="panel"><h2>Another secret</h2>${rotateForm(key)}</section>`}`,
  });
}

function facts(key: ApiKey, nowMs: number): [string, Html | string][] {
  const { id, owner, created_at, last_used_at, rotated_at, previous_until } = key;
  const when = (time: string | null, none: string) =>
    time ? html`<time datetime="${time}">${clock(time)}</time> <span class="soft">${ago(time, nowMs)}</span>` : none;
  const isGrace = previous_until !== null && Date.parse(previous_until) > nowMs;
  return [
    ['Id', html`<code>${id}</code>`],
    ['Owner', owner],
    ['Scopes', scopeTags(key)],
    ['Made', when(created_at, '')],
    ['Last used', when(last_used_at, 'never')],
    ['Valid', validity(key, nowMs)],
    ...(rotated_at ? [['New secret', when(rotated_at, '')] as [string, Html | string]] : []),
    ...(isGrace ? [['Old secret', `taken until ${clock(previous_until)}`] as [string, string]] : []),
  ];
}

function changeForm(key: ApiKey): Html {
  // A key that ends with a day says that day, and not the one that begins then.
  const day = key.expires_at ? new Date(Date.parse(key.expires_at) - 1).toISOString().slice(0, 10) : '';
  return html`<form class="form-row" method="post" action="/keys/${key.id}"><label>Name <input name="name" required maxlength="128" autocomplete="off" value="${key.name}"></label>
<label>Expires <input type="date" name="expires" value="${day}"></label><input type="hidden" name="expires_shown" value="${day}">
${limitFields(key)}
<button class="primary">Save</button></form>`;
}

function rotateForm({ id, rotated_at }: ApiKey): Html {
  return html`<form class="form-row" method="post" action="/keys/${id}/rotate"><input type="hidden" name="shown" value="${rotated_at ?? 'never'}"><label>The old one is <select name="grace">${Object.entries(graces).map(([seconds, words]) => html`<option value="${seconds}" ${seconds === '86400' ? 'selected' : ''}>${words}</option>`)}</select></label>
<button>Make a new secret</button></form>
<p class="soft">What the key made, its quotas and its lists stay. Refused at once, the old secret is out with the browsers that logged in with it: this one, too, if it is the key of this login.</p>`;
}
