/** One command with all that is known of it. */
import { html } from 'hono/html';
import type { CommandRow, RecordedEvent } from '../sql/contract.ts';
import { type BlockOutput, outputOf } from './block.ts';
import { eventRows } from './events.ts';
import { commandAddress } from './hits.ts';
import { jobAction } from './jobs.ts';
import { type Frame, type Html, page } from './page.ts';
import { count, duration, exactClock, size, visible } from './text.ts';
import { badge, explanations, hasEnded } from './words.ts';

interface Job {
  command: CommandRow;
  output: BlockOutput;
  events: RecordedEvent[];
}

/** The page. */
export function jobPage(frame: Frame, { command, output, events }: Job): Html {
  const { seq, session_name, session_id, state, problem } = command;
  const label = session_name ?? session_id.slice(-8);
  const why = problem ?? explanations[state];
  return page({
    frame,
    title: `${label} #${seq}`,
    section: 'jobs',
    kind: 'wide detail',
    main: html`<div class="head"><h1><a href="/jobs">Jobs</a> <span class="soft">/</span> <a href="${commandAddress(command)}">${label} #${seq}</a></h1><div class="actions">${jobAction(command)}<a class="button plain" href="${commandAddress(command)}">Show in its session</a></div></div>
<div id="notice" role="alert"></div>
<section class="panel"><pre class="whole">${visible(command.command)}</pre><p class="standing">${badge(command)} ${why ? html`<span class="soft">${why}</span>` : ''}</p></section>
<section class="panel" aria-label="Time line"><h2>Time line</h2>${timeLine(command)}</section>
<div class="columns even"><section class="panel"><h2>What and where</h2>${facts(command)}</section>
<section class="panel"><h2>In the record</h2>${events.length === 0 ? html`<p class="soft">No event is shown.</p>` : html`<table class="brief"><tbody>${eventRows(events)}</tbody></table>`}<p><a href="/audit?session=${session_id}">The session’s whole record</a></p></section></div>
<section class="panel"><h2>Output</h2>${command.stdout_bytes + command.stderr_bytes === 0 ? html`<p class="soft">It wrote nothing.</p>` : outputOf(command, output)}</section>`,
  });
}

const widthMax = 1_000;

/** Waiting and running to scale; what was too short to be seen still has a mark. */
function timeLine({ created_at, started_at, finished_at, last_output_at, queued_ms, run_ms, state }: CommandRow): Html {
  const [waited, ran] = [queued_ms ?? 0, run_ms ?? 0];
  const scale = (widthMax - 8) / Math.max(1, waited + ran);
  const wait = Math.max(4, waited * scale);
  const outputMs = started_at && last_output_at ? Date.parse(last_output_at) - Date.parse(started_at) : undefined;
  return html`<svg class="timeline" viewBox="0 0 ${widthMax} 20" preserveAspectRatio="none" role="img" aria-label="Waited ${duration(waited)}${started_at ? `, ran ${duration(ran)}` : ''}"><rect class="wait" x="0" y="4" width="${wait.toFixed(1)}" height="12"/>${started_at ? html`<rect class="run ${hasEnded(state) ? '' : 'on'}" x="${wait.toFixed(1)}" y="0" width="${Math.max(4, ran * scale).toFixed(1)}" height="20"/>` : ''}${outputMs === undefined ? '' : html`<rect class="last-output" x="${Math.min(widthMax - 3, wait + outputMs * scale).toFixed(1)}" y="0" width="3" height="20"/>`}</svg>
<ol class="moments">${moment('Sent', created_at)}${started_at ? moment('Started', started_at, `after ${duration(waited)}`) : ''}${last_output_at ? moment('Last output', last_output_at, outputMs === undefined ? '' : `after ${duration(Math.max(0, outputMs))}`) : ''}${finished_at ? moment('Ended', finished_at, started_at ? `after ${duration(ran)}` : '') : ''}</ol>`;
}

function moment(name: string, time: string, note = ''): Html {
  return html`<li><b>${name}</b> <time datetime="${time}">${exactClock(time)}</time> <span class="soft">${note}</span></li>`;
}

function facts(command: CommandRow): Html {
  const { id, host, generation, key_name, cwd_before, cwd, stdout_bytes, stderr_bytes, dropped_bytes, late_bytes } =
    command;
  const bytes = (name: string, value: number): [string, Html | string] => [
    name,
    value === 0
      ? 'none'
      : html`<a href="/v1/commands/${id}/output?stream=${name}" download="${name}.txt">${size(value)}</a>`,
  ];
  const rows: [string, Html | string][] = [
    ['Host', host === null ? '–' : `${host}${generation ? `, shell ${count(generation)}` : ''}`],
    ['Key', key_name],
    ['Directory', cwd_before === cwd || cwd === null ? (cwd_before ?? '–') : `${cwd_before ?? '–'} → ${cwd}`],
    bytes('stdout', stdout_bytes),
    bytes('stderr', stderr_bytes),
    ...(dropped_bytes > 0 ? ([['Not kept', `${size(dropped_bytes)} beyond max_output`]] as [string, string][]) : []),
    ...(late_bytes > 0
      ? ([['After its end', `${size(late_bytes)} by its background jobs`]] as [string, string][])
      : []),
    ['Id', html`<code>${id}</code>`],
  ];
  return html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
