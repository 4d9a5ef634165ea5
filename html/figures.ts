/** How the queue fares, as tiles. */
import { html } from 'hono/html';
import type { Activity, Stats } from '../sql/contract.ts';
import type { Html } from './page.ts';
import { count, duration, elapsed } from './text.ts';
import { refreshTrigger, type View } from './view.ts';

/** Figures of one moment. */
export interface Figures {
  stats: Stats;
  activity: Activity;
}

/** The tiles and what keeps them fresh. */
export function figuresPanel({ stats, activity }: Figures, view: View): Html {
  const { queued, running, oldest_queued_ms, failed, ended, per_minute, hosts, sessions } = stats;
  return html`<section id="figures" class="tail tiles" aria-label="The queue" hx-get="/jobs/figures" hx-trigger="${refreshTrigger(view)}" hx-swap="outerMorph" hx-status:4xx="swap:none" hx-status:5xx="swap:none">
${tile('Queued', count(queued), oldest_queued_ms === null ? 'nothing waits' : `the oldest for ${elapsed(oldest_queued_ms)}`, queued > 0 && hosts.live === 0)}
${tile('Running', count(running), `${count(sessions.open)} ${sessions.open === 1 ? 'session' : 'sessions'} open`)}
${tile('Failed in 1 h', count(failed), `of ${count(ended)} that ended`, failed > 0)}
${tile('Hosts alive', count(hosts.live), `${count(hosts.sessions)} of ${count(hosts.capacity)} places taken`, hosts.live === 0)}
${tile('Per minute', per_minute.toLocaleString('en', { maximumFractionDigits: 1 }), 'over the last hour')}
<div class="tile times"><h2>Waited and ran</h2>${quantiles(stats)}</div>
<div class="tile graph"><h2>Ended in each of the last ${activity.length} minutes</h2>${sparkline(activity)}</div>
</section>`;
}

function tile(name: string, figure: string, note: string, isBad = false): Html {
  return html`<div class="tile ${isBad ? 'alert' : ''}"><h2>${name}</h2><p class="figure">${figure}</p><p class="soft">${note}</p></div>`;
}

function quantiles({ wait_ms, run_ms }: Stats): Html {
  const cell = (ms: number | null) => html`<td>${ms === null ? '–' : duration(ms)}</td>`;
  const row = (name: string, { p50, p95, p99 }: Stats['wait_ms']) =>
    html`<tr><th scope="row">${name}</th>${[p50, p95, p99].map(cell)}</tr>`;
  return html`<table><thead><tr><td></td><th scope="col">p50</th><th scope="col">p95</th><th scope="col">p99</th></tr></thead><tbody>${row('waited', wait_ms)}${row('ran', run_ms)}</tbody></table>`;
}

const barWidth = 10;
const heightMax = 100;

/** A bar a minute: what failed stands on what did not. */
function sparkline(activity: Activity): Html {
  const most = Math.max(1, ...activity.map(([ended]) => ended));
  const total = activity.reduce((sum, [ended]) => sum + ended, 0);
  const height = (value: number) => (value === 0 ? 0 : Math.max(2, Math.round((value / most) * heightMax)));
  const bar = ([ended, failed]: Activity[number], index: number) => {
    const [all, bad] = [height(ended), failed === 0 ? 0 : Math.min(height(ended), height(failed))];
    const x = index * barWidth + 1;
    return html`${all > bad ? rect('ok', x, heightMax - all + bad, all - bad) : ''}${bad > 0 ? rect('failed', x, heightMax - all, bad) : ''}`;
  };
  return html`<svg class="spark" viewBox="0 0 ${activity.length * barWidth} ${heightMax}" preserveAspectRatio="none" role="img" aria-label="${count(total)} commands ended, at most ${count(most)} in a minute">${activity.map(bar)}</svg>
<p class="soft axis"><span>${activity.length} min ago</span><span>${total === 0 ? 'nothing ended' : `at most ${count(most)}`}</span><span>now</span></p>`;
}

function rect(name: string, x: number, y: number, height: number): Html {
  return html`<rect class="${name}" x="${x}" y="${y}" width="${barWidth - 2}" height="${height}"/>`;
}
