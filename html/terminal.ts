/** The page of one session. */
import { html } from 'hono/html';
import type { Screen, Session } from '../sql/contract.ts';
import { type Block, block } from './block.ts';
import { type Composer, composer, historyDialog } from './composer.ts';
import { type LiveCursor, liveElement } from './live.ts';
import { type Frame, type Html, page } from './page.ts';
import { place } from './place.ts';
import { screenPanel } from './screenPanel.ts';
import { sessionLabel } from './text.ts';

export interface Terminal extends Composer {
  blocks: Block[];
  cursor: LiveCursor;
  /** Undefined where nothing can come any more. */
  delayMs: number | undefined;
  /** False on a page of earlier commands. */
  isNewest: boolean;
  /** What its terminal shows, where it has one. */
  screen: Screen | undefined;
}

/** The document. */
export function terminalPage(frame: Frame, terminal: Terminal): Html {
  const { session, blocks, cursor, delayMs, isNewest, screen } = terminal;
  const label = sessionLabel(session);
  return page({
    frame,
    title: label,
    section: 'sessions',
    kind: screen ? 'terminal tty' : 'terminal',
    place: place(session, 'terminal'),
    scripts: ['sending.js', 'line.js', ...(screen ? (['screen.js'] as const) : [])],
    main: html`<h1 class="quiet-to-the-eye">Session ${label}</h1>
<div id="log" role="log" aria-live="${frame.view.announce ? 'polite' : 'off'}" aria-label="Commands">
${earlierCommands(blocks)}${blocks.length === 0 ? hello(session) : ''}${blocks.map(block)}
${liveElement(session.id, cursor, delayMs)}</div>
<button id="pill" type="button" hidden>New lines below</button>
${isNewest ? html`${screen ? screenPanel(session, screen) : ''}${composer(terminal)}${historyDialog(session)}` : html`<div id="notice" role="alert"></div><p class="more"><a href="/s/${session.id}">To the newest commands</a></p>`}`,
  });
}

function earlierCommands(blocks: Block[]): Html | string {
  const first = blocks[0]?.command.seq ?? 1;
  return first > 1
    ? html`<p class="more"><a class="button" href="?before=${first}">Earlier commands (${first - 1})</a></p>`
    : '';
}

function hello(session: Session): Html {
  if (session.state === 'closed') return html`<section class="hello"><p>Nothing was run here.</p></section>`;
  if (session.tty)
    return html`<section class="hello"><h2>A fresh bash with a terminal</h2><p>Run <code>vim</code>, <code>top</code> or <code>less</code>: its screen is below, and takes your keys.</p></section>`;
  return html`<section class="hello"><h2>A fresh bash</h2>
<p>It remembers: <code>cd /tmp</code>, <code>export A=1</code> or a function stay for the next command.</p></section>`;
}
