/** The page of keys, for admins: make, list, revoke; each has a page of its own (apiKey.ts). */
import { html } from 'hono/html';
import type { ApiKey } from '../sql/contract.ts';
import { limitFields, limitsInWords } from './keyForm.ts';
import { type Frame, type Html, page } from './page.ts';
import { ago, clock } from './text.ts';

/** A key that was made just now, shown this once. */
export interface FreshKey {
  name: string;
  key: string;
}

interface Keys {
  keys: ApiKey[];
  nowMs: number;
  /** A fresh id for the next key: a form that is sent twice makes one. */
  id: string;
  fresh?: FreshKey | undefined;
  /** What a form that was sent again had made before. */
  made?: ApiKey | undefined;
}

/** The page. */
export function keysPage(frame: Frame, { keys, nowMs, id, fresh, made }: Keys): Html {
  return page({
    frame,
    title: 'Keys',
    section: 'keys',
    kind: 'wide',
    main: html`<div class="head"><h1>Keys</h1></div>
${fresh ? freshPanel(fresh, `The key “${fresh.name}” was made`) : ''}${made ? shownPanel(made, `The key “${made.name}” was made before`) : ''}
<section class="panel"><h2>New key</h2>${form(id)}</section>
<div class="scroll"><table class="list keys-list"><thead><tr><th scope="col">Name</th><th scope="col" class="opt">Owner</th><th scope="col">Scopes</th><th scope="col" class="opt">Limits</th><th scope="col" class="opt">Made</th><th scope="col">Last used</th><th scope="col">Valid</th><th scope="col"><span class="quiet-to-the-eye">Actions</span></th></tr></thead>
<tbody>${keys.map((key) => row(key, nowMs))}</tbody></table></div>`,
  });
}

/** A secret that is shown this once. */
export function freshPanel({ key }: FreshKey, title: string): Html {
  return html`<section class="panel fresh-key" role="status"><h2>${title}</h2><p>Copy it now: only its SHA-256 is kept, so it is never shown again.</p>
<p class="secret"><code id="fresh-key">${key}</code><button type="button" class="scripted" data-copy="fresh-key">Copy</button></p></section>`;
}

/** That a form was sent again, and did nothing more. */
export function shownPanel({ id }: ApiKey, title: string): Html {
  return html`<section class="panel" role="status"><h2>${title}</h2><p>Its secret was shown once, and is not shown again. If it is lost, make a new secret on <a href="/keys/${id}">the key’s page</a>.</p></section>`;
}

function form(id: string): Html {
  const scope = (name: string, text: string, isOn: boolean) =>
    html`<label class="check" title="${text}"><input type="checkbox" name="scopes" value="${name}" ${isOn ? 'checked' : ''}> ${name}</label>`;
  return html`<form class="form-row" method="post" action="/keys"><input type="hidden" name="id" value="${id}"><label>Name <input name="name" required maxlength="128" autocomplete="off"></label>
<label>Owner <input name="owner" maxlength="128" autocomplete="off" placeholder="as mine"></label>
<fieldset><legend>Scopes</legend><div class="row">${scope('read', 'See sessions and output', true)}${scope('execute', 'Run commands', true)}${scope('admin', 'Everything, of every owner', false)}</div></fieldset>
<label>Expires <input type="date" name="expires"></label>
<details><summary>Limits</summary><div class="form-row">${limitFields()}</div></details><button class="primary">Make key</button></form>`;
}

function row(key: ApiKey, nowMs: number): Html {
  const { id, name, owner, created_at, last_used_at } = key;
  const ended = isOver(key, nowMs);
  return html`<tr><td class="main"><a class="${ended ? 'name ended-key' : 'name'}" href="/keys/${id}">${name}</a></td><td class="opt soft">${owner}</td><td>${scopeTags(key)}</td><td class="opt limits-cell">${limitsInWords(key)}</td>
<td class="opt"><time datetime="${created_at}">${clock(created_at)}</time></td><td>${last_used_at ? html`<time datetime="${last_used_at}" title="${clock(last_used_at)}">${ago(last_used_at, nowMs)}</time>` : html`<span class="soft">never</span>`}</td><td>${validity(key, nowMs)}</td>
<td class="act-cell">${ended ? '' : revokeForm(key)}</td></tr>`;
}

/** True where it is refused. */
export function isOver({ revoked_at, expires_at }: ApiKey, nowMs: number): boolean {
  return revoked_at !== null || (expires_at !== null && Date.parse(expires_at) <= nowMs);
}

/** For how long it is taken, in words. */
export function validity(key: ApiKey, nowMs: number): string {
  if (key.revoked_at) return `revoked ${ago(key.revoked_at, nowMs)}`;
  return key.expires_at ? `${isOver(key, nowMs) ? 'expired' : 'until'} ${clock(key.expires_at)}` : 'always';
}

export function scopeTags({ scopes }: ApiKey): Html {
  return html`${scopes.map((scope) => html`<span class="tag">${scope}</span> `)}`;
}

/** The button that ends it, after a question. */
export function revokeForm({ id, name }: ApiKey): Html {
  return html`<form method="post" action="/keys/${id}/revoke" hx-post="/keys/${id}/revoke" hx-confirm="Revoke the key “${name}”? Whoever uses it is refused from now on, for ever."><button class="plain danger" aria-label="Revoke ${name}">Revoke</button></form>`;
}
