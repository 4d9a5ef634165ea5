/** The bar on top of every page: where one is, how it looks, who one is. */
import { html } from 'hono/html';
import type { Frame, Html, Section } from './page.ts';
import { viewMenu } from './view.ts';

const sections: [Section, string, string][] = [
  ['sessions', '/', 'Sessions'],
  ['jobs', '/jobs', 'Jobs'],
  ['hosts', '/hosts', 'Hosts'],
  ['usage', '/usage', 'Usage'],
  ['audit', '/audit', 'Audit'],
  ['keys', '/keys', 'Keys'],
];

/** The bar, with the navigation; keys are for admins. */
export function bar({ assets, user, view }: Frame, current: Section | undefined): Html {
  const shown = sections.filter(([name]) => name !== 'keys' || user?.isAdmin);
  return html`<header class="bar">
<a class="brand" href="/" aria-label="limpet"><img src="${assets['icon.svg']}" alt="" width="22" height="22"><span class="wordmark">limpet</span></a>
<nav class="sections" aria-label="Pages">${shown.map(
    ([name, path, text]) => html`<a href="${path}" ${name === current ? html`aria-current="page"` : ''}>${text}</a>`,
  )}</nav>
<div class="tools">
<button type="button" class="plain scripted" id="pause" aria-pressed="false" title="Pause (r)"><i class="i i-live" aria-hidden="true"></i><span>Live</span></button>
${viewMenu(view)}
<button type="button" class="plain square scripted" id="help-open" title="Keyboard (?)"><i class="i i-help" aria-hidden="true"></i><span class="quiet-to-the-eye">Keyboard</span></button>
<form class="who" method="post" action="/logout"><span class="user" title="Logged in with the key ${user?.name}">${user?.name}</span><button class="plain">Log out</button></form>
</div>
</header>`;
}
