/** Events of the record as rows. */
import { html } from 'hono/html';
import type { RecordedEvent } from '../sql/contract.ts';
import type { Html } from './page.ts';
import { clock, oneLine } from './text.ts';

const systemChain = '00000000-0000-0000-0000-000000000000';
const readingsChain = '00000000-0000-0000-0000-000000000001';

/** Kind, time and actor, and what the payload says in one line. */
export function eventRows(events: RecordedEvent[]): Html {
  return html`${events.map(
    ({ at, kind, actor, payload }) =>
      html`<tr><td><span class="kind">${kind}</span></td><td class="num"><time datetime="${at}">${clock(at)}</time></td><td class="payload soft" title="${actor}">${payloadText(payload)}</td></tr>`,
  )}`;
}

/** A payload in one line; what it says of the command's text stands first. */
export function payloadText(payload: RecordedEvent['payload']): string {
  if (payload === null) return 'purged; its hash stays';
  const parts = Object.entries(payload)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return oneLine(parts.join(' · '), 400);
}

/** What a chain is called. */
export function chainLabel(id: string): string {
  if (id === systemChain) return 'system';
  return id === readingsChain ? 'readings' : id.slice(-8);
}
