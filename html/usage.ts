/** The page of usage: what each key used, day by day. */
import { html } from 'hono/html';
import type { UsageDay } from '../sql/contract.ts';
import { type Frame, type Html, page } from './page.ts';
import { count, duration, size } from './text.ts';

interface Usage {
  items: UsageDay[];
  since: string;
  until: string;
}

type Sum = Pick<UsageDay, 'commands' | 'failed' | 'run_ms' | 'output_bytes'>;
/** Rows of days; the whole is in the CSV. */
const rowsMax = 400;

/** The page. */
export function usagePage(frame: Frame, { items, since, until }: Usage): Html {
  const csv = new URLSearchParams({ format: 'csv', since, until });
  return page({
    frame,
    title: 'Usage',
    section: 'usage',
    kind: 'wide',
    main: html`<div class="head"><h1>Usage</h1><form class="filters" method="get" action="/usage"><label>From <input type="date" name="since" value="${since}"></label><label>to <input type="date" name="until" value="${until}"></label><button>Show</button>
<a class="button plain" href="/v1/usage?${csv.toString()}" download="usage.csv"><i class="i i-download" aria-hidden="true"></i>CSV</a></form></div>
${
  items.length === 0
    ? html`<p class="none">Nothing that ran has ended in these days.</p>`
    : html`<section class="panel"><h2>Commands a day</h2>${chart(items, since, until)}</section>
<h2 class="part">By key</h2>${keys(items)}<h2 class="part">By day</h2>${days(items)}`
}
<p class="soft">Of the commands that ran and have ended, also of those that were removed since. Days are in UTC.</p>`,
  });
}

const barWidth = 20;
const heightMax = 100;
const dayMs = 86_400_000;

function chart(items: UsageDay[], since: string, until: string): Html {
  const first = Date.parse(since);
  const length = Math.min(366, Math.max(1, Math.round((Date.parse(until) - first) / dayMs) + 1));
  const sums = Array.from({ length }, (_, index) => {
    const day = new Date(first + index * dayMs).toISOString().slice(0, 10);
    return { day, ...sumOf(items.filter((item) => item.day === day)) };
  });
  const most = Math.max(1, ...sums.map(({ commands }) => commands));
  const height = (value: number) => (value === 0 ? 0 : Math.max(1.5, (value / most) * heightMax));
  const bar = ({ day, commands, failed }: (typeof sums)[number], index: number) => {
    const [all, bad] = [height(commands), Math.min(height(commands), height(failed))];
    const rect = (name: string, y: number, tall: number) =>
      html`<rect class="${name}" x="${index * barWidth + 2}" y="${y.toFixed(1)}" width="${barWidth - 4}" height="${tall.toFixed(1)}"><title>${day}: ${count(commands)} commands, ${count(failed)} failed</title></rect>`;
    return html`${all > bad ? rect('ok', heightMax - all + bad, all - bad) : ''}${bad > 0 ? rect('failed', heightMax - all, bad) : ''}`;
  };
  return html`<svg class="days" viewBox="0 0 ${length * barWidth} ${heightMax}" preserveAspectRatio="none" role="img" aria-label="Commands a day, at most ${count(most)}">${sums.map(bar)}</svg><p class="soft axis"><span>${since}</span><span>at most ${count(most)} a day</span><span>${until}</span></p>`;
}

function keys(items: UsageDay[]): Html {
  const ids = [...new Set(items.map(({ key_id }) => key_id))];
  const rows = ids.map((id) => {
    const own = items.filter(({ key_id }) => key_id === id);
    return { name: own[0]?.key_name ?? '', owner: own[0]?.owner ?? '', id, ...sumOf(own) };
  });
  rows.sort((a, b) => b.commands - a.commands);
  return html`<div class="scroll"><table class="list"><thead><tr><th scope="col">Key</th><th scope="col" class="opt">Owner</th>${figureHeads()}</tr></thead>
<tbody>${rows.map((row) => html`<tr><td class="main"><a class="name" href="/jobs?key=${row.id}">${row.name}</a></td><td class="opt soft">${row.owner}</td>${figures(row)}</tr>`)}</tbody>
<tfoot><tr class="sum"><th scope="row">All</th><td class="opt"></td>${figures(sumOf(items))}</tr></tfoot></table></div>`;
}

function days(items: UsageDay[]): Html {
  const newest = items.toReversed();
  return html`<div class="scroll"><table class="list"><thead><tr><th scope="col">Day</th><th scope="col">Key</th>${figureHeads()}</tr></thead>
<tbody>${newest.slice(0, rowsMax).map((item) => html`<tr><td class="main">${item.day}</td><td class="soft">${item.key_name}</td>${figures(item)}</tr>`)}</tbody></table></div>
${newest.length > rowsMax ? html`<p class="more">The CSV has all ${count(newest.length)} rows.</p>` : ''}`;
}

function figureHeads(): Html {
  return html`<th scope="col" class="num">Commands</th><th scope="col" class="num">Failed</th><th scope="col" class="num opt">On average</th><th scope="col" class="num">Time</th><th scope="col" class="num">Output</th>`;
}

function figures({ commands, failed, run_ms, output_bytes }: Sum): Html {
  return html`<td class="num">${count(commands)}</td><td class="num">${count(failed)}</td><td class="num opt soft">${commands === 0 ? '–' : duration(run_ms / commands)}</td><td class="num">${duration(run_ms)}</td><td class="num">${size(output_bytes)}</td>`;
}

function sumOf(items: Sum[]): Sum {
  const total = (name: keyof Sum) => items.reduce((sum, item) => sum + item[name], 0);
  return {
    commands: total('commands'),
    failed: total('failed'),
    run_ms: total('run_ms'),
    output_bytes: total('output_bytes'),
  };
}
