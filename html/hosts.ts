/** The page of hosts: where shells run. */
import { html } from 'hono/html';
import type { Host, HostState } from '../sql/contract.ts';
import { type Frame, type Html, page } from './page.ts';
import { ago, clock, count } from './text.ts';
import { refreshTrigger } from './view.ts';

const stateTexts: Record<HostState, string> = {
  live: 'It beats and takes work',
  draining: 'It ends what runs and takes nothing new',
  dead: 'Its lease ran out, or it ended',
};

/** The page; the table asks for itself again. */
export function hostsPage(frame: Frame, hosts: Host[], nowMs: number): Html {
  return page({
    frame,
    title: 'Hosts',
    section: 'hosts',
    kind: 'wide',
    main: html`<div class="head"><h1>Hosts</h1></div>
<div id="hosts" class="tail" hx-get="/hosts" hx-select="#hosts" hx-trigger="${refreshTrigger(frame.view)}" hx-swap="outerMorph" hx-status:4xx="swap:none" hx-status:5xx="swap:none">
${hosts.length === 0 ? none() : table(hosts, nowMs)}
</div><p class="soft">Hosts that ended are listed for a day.</p>`,
  });
}

function none(): Html {
  return html`<p class="none">No host is here: commands wait until one comes. Start one with <code>limpet host --name NAME</code>.</p>`;
}

function table(hosts: Host[], nowMs: number): Html {
  return html`<div class="scroll"><table class="list"><thead><tr><th scope="col">Host</th><th scope="col">State</th><th scope="col">Sessions</th><th scope="col" class="num">Last beat</th><th scope="col" class="opt">Pool</th><th scope="col" class="opt">Version</th></tr></thead>
<tbody>${hosts.toSorted(livingFirst).map((host) => row(host, nowMs))}</tbody></table></div>`;
}

function row({ name, state, sessions, capacity, heartbeat_at, pool, version }: Host, nowMs: number): Html {
  return html`<tr><td class="main"><a class="name" href="/jobs?host=${encodeURIComponent(name)}">${name}</a></td>
<td><span class="state ${state}" title="${stateTexts[state]}"><i aria-hidden="true"></i>${state}</span></td>
<td>${meter(sessions, capacity)}${count(sessions)} of ${count(capacity)}</td>
<td class="num"><time datetime="${heartbeat_at}" title="${clock(heartbeat_at)}">${ago(heartbeat_at, nowMs)}</time></td>
<td class="opt soft">${pool}</td><td class="opt soft">${version}</td></tr>`;
}

const order: HostState[] = ['live', 'draining', 'dead'];

function livingFirst(a: Host, b: Host): number {
  return order.indexOf(a.state) - order.indexOf(b.state) || b.heartbeat_at.localeCompare(a.heartbeat_at);
}

const widthMax = 100;

function meter(value: number, of: number): Html {
  const share = of === 0 ? 0 : Math.min(1, value / of);
  return html`<svg class="meter" viewBox="0 0 ${widthMax} 4" preserveAspectRatio="none" aria-hidden="true"><rect class="${share > 0.9 ? 'full' : 'run'}" x="0" y="0" width="${Math.round(share * widthMax)}" height="4"/></svg>`;
}
