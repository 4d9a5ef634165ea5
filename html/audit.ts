/** The page of the record: its events, and of one session how far it can be trusted. */
import { html } from 'hono/html';
import type { Page, RecordedEvent, Shield, SignedCheckpoint } from '../sql/contract.ts';
import { chainLabel, payloadText } from './events.ts';
import { type Frame, type Html, page } from './page.ts';
import { shieldPanel } from './shield.ts';
import { clock, count } from './text.ts';

/** Filters as the address has them. */
export type AuditFields = Partial<Record<'session' | 'actor' | 'kind' | 'q' | 'before' | 'after' | 'cursor', string>>;

export interface Audit {
  list: Page<RecordedEvent>;
  fields: AuditFields;
  /** Of the session that is asked for. */
  shield: Shield | undefined;
  newest: SignedCheckpoint | undefined;
  problem?: string | undefined;
}

/** The page. */
export function auditPage(frame: Frame, { list, fields, shield, newest, problem }: Audit): Html {
  const older = list.next_cursor ? query({ ...fields, cursor: list.next_cursor }) : undefined;
  return page({
    frame,
    title: 'Audit',
    section: 'audit',
    kind: 'wide',
    main: html`<div class="head"><h1>Audit</h1>${problem ? '' : exporting(frame, fields, shield)}</div>
${shield ? shieldPanel(shield) : problem ? '' : checkpoint(newest)}
${filters(fields)}
<div id="notice" role="alert"></div>
${problem ? html`<p class="problem">${problem}</p>` : list.items.length === 0 ? nothing(older) : table(list.items)}
${older || fields.cursor ? html`<p class="more">${fields.cursor ? html`<a class="button" href="/audit?${query({ ...fields, cursor: '' })}">Newest</a> ` : ''}${older ? html`<a class="button" href="/audit?${older}" rel="next">Older</a>` : ''}</p>` : ''}`,
  });
}

function nothing(older: string | undefined): Html {
  if (!older) return html`<p class="none">No event matches.</p>`;
  return html`<p class="none">Nothing found in the time that a search has; it can go on with what is older.</p>`;
}

function query(fields: AuditFields): string {
  const given = Object.entries(fields).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return new URLSearchParams(given).toString();
}

function exporting({ user }: Frame, { session }: AuditFields, shield: Shield | undefined): Html | string {
  const path = shield && session ? `/v1/sessions/${shield.session_id}/audit` : user?.isAdmin ? '/v1/audit/export' : '';
  if (!path || session === 'system' || session === 'readings') return '';
  return html`<a class="button" href="${path}" download="${session ? 'session' : 'record'}.ndjson" title="For limpet audit verify"><i class="i i-download" aria-hidden="true"></i>Export ${session ? 'this session' : 'all'} with proofs</a>`;
}

function checkpoint(newest: SignedCheckpoint | undefined): Html {
  if (!newest) return html`<p class="soft">No checkpoint was signed yet: the host signs one within minutes.</p>`;
  return html`<p class="soft">Checkpoint ${count(newest.number)} of ${clock(newest.at)} by ${newest.signed_by} covers ${count(newest.events)} events of ${count(newest.sessions)} chains. Choose a session to see its shield.</p>`;
}

function filters(fields: AuditFields): Html {
  const text = (name: keyof AuditFields, label: string) =>
    html`<input name="${name}" value="${fields[name] ?? ''}" placeholder="${label}" aria-label="${label}" maxlength="256" size="12">`;
  return html`<form class="filters" method="get" action="/audit" role="search">
<input type="search" name="q" value="${fields.q ?? ''}" maxlength="256" placeholder="Search kinds, actors and payloads" aria-label="Search events">
${text('session', 'Session')}${text('kind', 'Kind')}${text('actor', 'Actor')}
<input name="after" value="${fields.after ?? ''}" placeholder="After" title="As 2026-01-31T12:00:00Z" aria-label="After" size="12"><input name="before" value="${fields.before ?? ''}" placeholder="Before" title="As 2026-01-31T12:00:00Z" aria-label="Before" size="12">
<button>Filter</button>${query(fields) ? html`<a class="button plain" href="/audit">Clear</a>` : ''}</form>`;
}

function table(events: RecordedEvent[]): Html {
  return html`<div class="scroll"><table class="list events"><thead><tr><th scope="col">Time</th><th scope="col">Kind</th><th scope="col">Session</th><th scope="col" class="num">Seq</th><th scope="col" class="opt">Actor</th><th scope="col">What it says</th></tr></thead>
<tbody>${events.map(row)}</tbody></table></div>`;
}

function row({ session_id, seq, at, kind, actor, payload, hash }: RecordedEvent): Html {
  const label = chainLabel(session_id);
  const chain = label === 'system' || label === 'readings' ? label : session_id;
  const says = payloadText(payload);
  return html`<tr><td class="num"><time datetime="${at}">${clock(at)}</time></td><td><a class="kind" href="/audit?kind=${kind}">${kind}</a></td>
<td class="main"><a class="name" href="/audit?session=${chain}">${label}</a></td><td class="num soft" title="${hash}">${seq}</td>
<td class="opt soft actor" title="${actor}">${shortActor(actor)}</td><td class="payload soft" title="${says}">${says}</td></tr>`;
}

function shortActor(actor: string): string {
  const [kind, id] = actor.split(':', 2);
  return id ? `${kind} ${id.slice(-8)}` : actor;
}
