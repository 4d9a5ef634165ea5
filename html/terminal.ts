/** The page of one session. */
import { html } from 'hono/html';
import type { Session } from '../sql/contract.ts';
import { type Block, block, prompt } from './block.ts';
import { type LiveCursor, liveElement } from './live.ts';
import { type AssetUrls, type Html, page } from './page.ts';
import { sessionState } from './sessions.ts';
import { sessionLabel } from './text.ts';

export interface Terminal {
  session: Session;
  blocks: Block[];
  cursor: LiveCursor;
  /** Undefined where nothing can come any more. */
  delayMs: number | undefined;
  /** False on a page of earlier commands. */
  isNewest: boolean;
  /** A fresh id for the next command: sent twice, it is run once. */
  key: string;
  /** Why what was sent was not taken. */
  problem?: string | undefined;
}

/** The document. */
export function terminalPage(assets: AssetUrls, user: string, terminal: Terminal): Html {
  const { session, blocks, cursor, delayMs, isNewest } = terminal;
  return page({
    title: sessionLabel(session),
    assets,
    user,
    kind: 'terminal',
    place: place(session),
    main: html`<h1 class="quiet-to-the-eye">Session ${sessionLabel(session)}</h1>
<div id="log" role="log" aria-live="off" aria-label="Commands">
${earlier(blocks)}${blocks.length === 0 ? hello(session) : ''}${blocks.map(block)}
${liveElement(session.id, cursor, delayMs)}</div>
<button id="pill" type="button" hidden>New lines below</button>
${isNewest ? composer(terminal) : html`<p class="more"><a href="/s/${session.id}">To the newest commands</a></p>`}`,
  });
}

/** What the session is, for the bar. */
export function place(session: Session): Html {
  return html`<nav aria-label="Place"><a href="/">Sessions</a><span class="slash" aria-hidden="true">/</span><b class="here">${sessionLabel(session)}</b></nav>
<span id="session-state">${sessionState(session)}</span>
<span class="host opt" id="session-host">${hostOf(session)}</span>
${session.state === 'closed' ? '' : html`<form id="session-close" method="post" action="/s/${session.id}/close" hx-post="/s/${session.id}/close" hx-target="#notice" hx-confirm="Close this session? What runs in it is ended. Its history stays."><button class="plain">Close</button></form>`}`;
}

/** The host and the number of the shell, if it is not the first. */
export function hostOf({ host, generation }: Session): string {
  return `${host ? `on ${host}` : ''}${generation > 1 ? ` · shell ${generation}` : ''}`;
}

/** The line at the bottom in which commands are written. */
export function composer({ session, key, problem }: Pick<Terminal, 'session' | 'key' | 'problem'>): Html {
  if (session.state === 'closed')
    return html`<div id="composer" class="closed">This session is closed. Its history stays here.</div>`;
  const action = `/s/${session.id}/commands`;
  return html`<form id="composer" method="post" action="${action}" hx-post="${action}" hx-target="#notice" hx-sync="this:queue all">
<div id="notice" role="alert">${problem ?? ''}</div>
<div class="entry"><label for="command" id="prompt">${prompt(session.cwd, session.id)}</label>
<textarea id="command" name="command" rows="1" required autofocus spellcheck="false" autocomplete="off" autocapitalize="off" autocorrect="off" aria-label="Command" placeholder="Type a command"></textarea>
<input type="hidden" name="key" id="command-key" value="${key}">
<button class="primary" title="Enter">Run</button>
<button type="button" id="interrupt" hx-post="/s/${session.id}/interrupt" hx-target="#notice" hidden>Interrupt</button></div>
<p class="keys"><kbd>Enter</kbd> runs, <kbd>Shift</kbd>+<kbd>Enter</kbd> a new line, <kbd>↑</kbd> <kbd>↓</kbd> history, <kbd>Ctrl</kbd>+<kbd>C</kbd> interrupts</p>
</form>`;
}

function earlier(blocks: Block[]): Html | string {
  const first = blocks[0]?.command.seq ?? 1;
  return first > 1 ? html`<p class="more"><a href="?before=${first}">Earlier commands (${first - 1})</a></p>` : '';
}

function hello(session: Session): Html {
  if (session.state === 'closed') return html`<section class="hello"><p>Nothing was run here.</p></section>`;
  return html`<section class="hello"><h2>A fresh bash</h2>
<p>It remembers: <code>cd /tmp</code>, <code>export A=1</code> or a function stay for the next command.</p></section>`;
}
