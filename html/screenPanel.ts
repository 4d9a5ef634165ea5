/** The screen of a session with a terminal, as the server draws it, and what types into it. */
import { html, raw } from 'hono/html';
import type { Screen, Session } from '../sql/contract.ts';
import { screenHtml } from './grid.ts';
import { fill } from './live.ts';
import type { Html } from './page.ts';

/** Keys that a touch screen lacks or a browser keeps, and how the API names them. */
const namedKeys = ['Escape', 'Tab', 'C-c', 'C-d', 'C-v', 'Up', 'Down', 'Left', 'Right', 'Enter'] as const;

/** The panel with the screen of now. */
export function screenPanel(session: Session, screen: Screen): Html {
  if (session.state === 'closed')
    return html`<section id="screen" aria-label="Screen"><div id="screen-view">${view(screen)}</div></section>`;
  const action = `/s/${session.id}/keys`;
  return html`<section id="screen" aria-label="Screen">
<div id="screen-view">${view(screen)}</div>
<form class="typing" method="post" action="${action}" data-keys="${action}"><label for="keys">Keys</label>
<input id="keys" name="text" autocomplete="off" spellcheck="false" autocapitalize="off" placeholder="Type here for the program on the screen" aria-describedby="keys-hint">
<button>Type</button>
<span class="named">${namedKeys.map((name) => html`<button class="plain" name="named" value="${name}">${name}</button>`)}</span>
<span class="keys scripted" id="keys-hint"><kbd>Ctrl</kbd>+<kbd>]</kbd> leaves</span></form></section>`;
}

/** The new screen, for the page that shows an older one. */
export function screenNews(screen: Screen): Html {
  return fill('#screen-view', view(screen));
}

function view(screen: Screen): Html {
  const { cols, rows, title, simplified } = screen;
  return html`<p class="screen-title"><span>${title || 'Screen'}</span><span>${cols}×${rows}${simplified ? ', too large for its colours' : ''}</span></p>
<div class="screen-grid">${raw(screenHtml(screen))}</div>`;
}
