/** What the list of jobs is narrowed by, and what is done with all that match. */
import { html } from 'hono/html';
import type { ApiKey } from '../sql/contract.ts';
import { type JobFields, jobQuery } from './jobs.ts';
import type { Html } from './page.ts';

const states = ['queued', 'running', 'exited', 'timed_out', 'killed', 'shell_exited', 'lost', 'cancelled', 'expired'];
const ages = { '15m': 'Last 15 minutes', '1h': 'Last hour', '24h': 'Last day', '7d': 'Last week' };

/** The form, whose address can be shared, and the buttons for all that match. */
export function jobFilters(fields: JobFields, keys: ApiKey[]): Html {
  const text = (name: 'session' | 'host' | 'exit_code', label: string, extra = '') =>
    html`<input name="${name}" value="${fields[name] ?? ''}" placeholder="${label}" aria-label="${label}" maxlength="256" size="${extra || '10'}">`;
  const hidden = (['before', 'after'] as const).map((name) =>
    fields[name] ? html`<input type="hidden" name="${name}" value="${fields[name]}">` : '',
  );
  const query = jobQuery({ ...fields, cursor: '' });
  return html`<form class="filters" method="get" action="/jobs" role="search">
<input type="search" name="q" value="${fields.q ?? ''}" maxlength="256" placeholder="Search commands and their output" aria-label="Search commands and output">
${select(
  'state',
  'Any state',
  fields.state,
  states.map((state) => [state, state.replace('_', ' ')]),
)}
${text('session', 'Session', '12')}${text('host', 'Host')}${text('exit_code', 'Exit code', '7')}
${
  keys.length > 0
    ? select(
        'key',
        'Any key',
        fields.key,
        keys.map(({ id, name, owner }) => [id, `${name} (${owner})`]),
      )
    : ''
}
${select('age', 'Any time', fields.age, Object.entries(ages))}${hidden}
<button>Filter</button>${query ? html`<a class="button plain" href="/jobs">Clear</a>` : ''}
<span class="bulk">${bulk('cancel', 'Cancel all matching…', query)}${bulk('again', 'Run all again…', query)}</span></form>`;
}

function select(name: string, none: string, chosen: string | undefined, options: [string, string][]): Html {
  return html`<select name="${name}" aria-label="${none}"><option value="">${none}</option>${options.map(
    ([value, text]) => html`<option value="${value}" ${value === chosen ? 'selected' : ''}>${text}</option>`,
  )}</select>`;
}

function bulk(name: string, text: string, query: string): Html {
  return html`<a class="button plain" href="/jobs/${name}?${query}" hx-get="/jobs/${name}?${query}" hx-target="#confirm">${text}</a>`;
}
