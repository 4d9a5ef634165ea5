/** The line at the bottom of a session, in which commands are written. */
import { html } from 'hono/html';
import type { Session } from '../sql/contract.ts';
import { prompt } from './block.ts';
import type { Html } from './page.ts';
import { unsent, unsentItem } from './unsent.ts';

export interface Composer {
  session: Session;
  /** A fresh id for the next command: sent twice, it is run once. */
  key: string;
  /** Why what was sent was not taken. */
  problem?: string | undefined;
}

/** The form, or that there is none any more. */
export function composer({ session, key, problem }: Composer): Html {
  if (session.state === 'closed')
    return html`<div id="composer" class="closed" tabindex="-1"><div id="notice" role="alert"></div>This session is closed. Its history stays here; a fork goes on from any command.<label id="left" hidden>What you wrote last <textarea readonly rows="2" spellcheck="false"></textarea></label></div>`;
  const action = `/s/${session.id}/commands`;
  return html`<form id="composer" method="post" action="${action}" hx-post="${action}" hx-target="#notice" hx-sync="this:queue all" data-line>
<div id="notice" role="alert">${problem ?? ''}</div>
${unsent('No answer came: the command was taken, or not. Sent again as it is, it is run once.')}
${unsentItem}<div class="entry"><label for="command" id="prompt">${prompt(session.cwd, session.id)}</label>
<textarea id="command" name="command" rows="1" required autofocus spellcheck="false" autocomplete="off" autocapitalize="off" autocorrect="off" aria-label="Command" aria-describedby="suggestion" placeholder="Type a command" data-history="/s/${session.id}/history"></textarea>
<input type="hidden" name="key" id="command-key" value="${key}">
<button class="primary" title="Enter">Run</button>
<button type="button" id="interrupt" hx-post="/s/${session.id}/interrupt" hx-target="#notice" hidden>Interrupt</button></div>
<div class="under"><p class="keys scripted" id="suggestion"><kbd>Enter</kbd> runs, <kbd>Shift</kbd>+<kbd>Enter</kbd> a new line, <kbd>↑</kbd> <kbd>↓</kbd> history, <kbd>Ctrl</kbd>+<kbd>R</kbd> searches it, <kbd>Ctrl</kbd>+<kbd>C</kbd> interrupts, <kbd>Esc</kbd> then <kbd>?</kbd> for more</p>
${session.tty ? '' : html`<label class="check" title="Its standard input stays open, and a field for it is shown while it runs"><input type="checkbox" name="interactive" value="1"> takes input</label>`}</div>
</form>`;
}

/** The search of the history, opened by Ctrl-R. */
export function historyDialog(session: Session): Html {
  const address = `/s/${session.id}/history`;
  return html`<dialog id="history" aria-label="Search the history"><input type="search" name="q" aria-label="Search the history" placeholder="Search the history" autocomplete="off" spellcheck="false" hx-get="${address}" hx-trigger="input changed delay:120ms, open" hx-target="#history-list" hx-sync="this:replace">
<ol id="history-list"></ol><p class="keys"><kbd>↑</kbd> <kbd>↓</kbd> choose, <kbd>Enter</kbd> takes it to the command line, <kbd>Esc</kbd> closes</p></dialog>`;
}

/** What was found, newest first. */
export function historyList(texts: string[]): Html {
  if (texts.length === 0) return html`<li class="none">Nothing like it was run here.</li>`;
  return html`${texts.map((text, index) => html`<li><button type="button" ${index === 0 ? html`class="chosen"` : ''}><pre>${text}</pre></button></li>`)}`;
}
