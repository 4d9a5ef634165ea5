/** The page that plays a session again, command by command, at the pace at which it was written. */
import { html } from 'hono/html';
import type { CommandRow, Session } from '../sql/contract.ts';
import { stream } from './block.ts';
import { type Frame, type Html, page } from './page.ts';
import { place } from './place.ts';
import { clock, count, duration, oneLine, sessionLabel } from './text.ts';
import { badge } from './words.ts';

/** A command on the time line, in ms since 1970. */
export interface Marker {
  command: CommandRow;
  start: number;
  end: number;
}

interface Replay {
  session: Session;
  markers: Marker[];
  from: number;
  /** The first command of the page after this one, and of the one before it; 0 where there is none. */
  next: number | undefined;
  previous: number;
}

const speeds = ['0.5', '1', '2', '4', '8', '16'];
const idles = { 1: 'at most 1 s', 2: 'at most 2 s', 5: 'at most 5 s', 0: 'as they were' };

/** The document. */
export function replayPage(frame: Frame, replay: Replay): Html {
  const { session, markers } = replay;
  const label = sessionLabel(session);
  return page({
    frame,
    title: `${label}, replay`,
    section: 'sessions',
    kind: 'replay',
    place: place(session, 'replay'),
    scripts: ['timeline.js', 'player.js'],
    main: html`<h1 class="quiet-to-the-eye">Replay of ${label}</h1><div id="notice" role="alert"></div>
${
  markers.length === 0
    ? html`<p class="none">Nothing has run here yet, so there is nothing to look at again.</p>`
    : html`<div class="player scripted">${controls()}
<div class="track"><input type="range" id="seek" min="0" max="1" step="10" value="0" aria-label="Time"><div class="ticks" id="ticks" aria-hidden="true"></div></div></div>
${session.tty ? html`<p class="soft">Its screen is drawn as it was, up to ten times a second; each command begins on a blank one. An asciicast has every change.</p>` : ''}
<div class="theatre"><div id="stage" role="log" aria-live="off" aria-label="Replay" data-frames="/s/${session.id}/replay/frames?${session.tty ? 'screen&amp;' : ''}"></div>${chapters(replay)}</div>`
}
${downloads(session)}`,
  });
}

/** A command that begins, on the stage. */
export function commandHead(seq: number, text: string): Html {
  return html`<article class="block" data-seq="${seq}"><header><div class="line"><span class="prompt"><b aria-hidden="true">$</b></span><pre class="text">${text}</pre></div><div class="meta"><span class="how"><span class="status running">running</span></span><span class="link">#${seq}</span></div></header><div class="out"><div class="open"></div></div></article>`;
}

/** A piece of a stream of it. */
export function pieces(number: number, painted: string): Html | string {
  return stream(number === 2 ? 'e' : 'o', painted);
}

/** There is more than is played. */
export function cutShort(): Html {
  return html`<p class="cut">It wrote more than is played here; all of it is in its session.</p>`;
}

function controls(): Html {
  return html`<div class="controls"><button type="button" class="primary" id="play" aria-label="Play"><i class="i i-play" aria-hidden="true"></i></button>
<output id="clock">0:00</output>
<label>Speed <select id="speed">${speeds.map((speed) => html`<option value="${speed}" ${speed === '1' ? 'selected' : ''}>${speed}×</option>`)}</select></label>
<label>Pauses <select id="idle">${Object.entries(idles).map(([seconds, text]) => html`<option value="${seconds}" ${seconds === '2' ? 'selected' : ''}>${text}</option>`)}</select></label>
<span class="soft" id="now"></span></div>`;
}

function chapters({ session, markers, from, next, previous }: Replay): Html {
  const more = (seq: number, text: string) => html`<a class="button plain" href="?from=${seq}">${text}</a>`;
  return html`<nav class="chapters" aria-label="Commands"><h2>Commands</h2>
${from > 1 ? html`<p>${more(Math.max(1, previous), 'Earlier ones')}</p>` : ''}
<ol id="markers">${markers.map(({ command, start, end }) => html`<li data-seq="${command.seq}" data-start="${start}" data-end="${end}"><a href="/s/${session.id}?before=${command.seq + 25}#c${command.seq}" title="${clock(new Date(start).toISOString())}"><span class="soft">#${count(command.seq)}</span> <code>${oneLine(command.command, 80)}</code><span class="soft took">${duration(end - start)}</span>${badge(command)}</a></li>`)}</ol>
${next ? html`<p>${more(next, 'Later ones')}</p>` : ''}</nav>`;
}

function downloads({ id }: Session): Html {
  const link = (format: string, text: string) =>
    html`<a class="button plain" href="/v1/sessions/${id}/recording?format=${format}" download><i class="i i-download" aria-hidden="true"></i>${text}</a>`;
  return html`<p class="downloads"><span class="soft">Download</span> ${link('txt', 'Text')}${link('ndjson', 'NDJSON')}${link('asciicast-v3', 'asciicast 3')}${link('asciicast-v2', 'asciicast 2')}</p>`;
}
