/** The fields of a key's limits, for a new key and for one that is changed. What is empty is no limit. */
import { html } from 'hono/html';
import type { ApiKey } from '../sql/contract.ts';
import type { Html } from './page.ts';

const profiles = { none: 'none', account: 'an account of its own', bubblewrap: 'bubblewrap' };
const byteUnits: [string, number][] = [
  ['T', 1024 ** 4],
  ['G', 1024 ** 3],
  ['M', 1024 ** 2],
  ['K', 1024],
];
const timeUnits: [string, number][] = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

/** All of them, as they are for `key`. */
export function limitFields(key?: ApiKey): Html {
  const quotas = key?.quotas;
  return html`<fieldset class="limits"><legend>Quotas</legend>
${number('open_sessions', 'Open sessions', quotas?.open_sessions)}${number('queued_commands', 'Waiting commands', quotas?.queued_commands)}
${number('commands_per_minute', 'Commands a minute', quotas?.commands_per_minute)}${text('output_per_day', 'Output a day', 'no limit, or 500M, 2G', inUnits(quotas?.output_bytes_per_day, byteUnits, ''))}</fieldset>
<fieldset class="limits"><legend>What its commands may do</legend>
${text('timeout_max', 'Longest command', 'no limit, or 30s, 10m', inUnits(key?.timeout_max_ms, timeUnits, 'ms'))}
<label>Sandbox at least <select name="sandbox"><option value="">as its host has it</option>${Object.entries(profiles).map(([name, words]) => html`<option value="${name}" ${key?.sandbox === name ? 'selected' : ''}>${words}</option>`)}</select></label>
${names('allow', 'Only these executables', key?.allow)}${names('deny', 'None of these executables', key?.deny)}</fieldset>`;
}

/** The same in a few words, for a list. */
export function limitsInWords({ quotas, timeout_max_ms, allow, deny, sandbox }: ApiKey): string {
  const { open_sessions, queued_commands, commands_per_minute, output_bytes_per_day } = quotas;
  const words = [
    open_sessions && `${open_sessions} open`,
    queued_commands && `${queued_commands} waiting`,
    commands_per_minute && `${commands_per_minute}/min`,
    output_bytes_per_day && `${inUnits(output_bytes_per_day, byteUnits, '')} a day`,
    timeout_max_ms && `at most ${inUnits(timeout_max_ms, timeUnits, 'ms')}`,
    allow && `only ${allow.length} executables`,
    deny && `${deny.length} denied`,
    sandbox,
  ];
  return words.filter(Boolean).join(', ');
}

function number(name: string, label: string, value: number | null | undefined): Html {
  return html`<label>${label} <input name="${name}" inputmode="numeric" pattern="[1-9][0-9]{0,9}" title="A whole number from 1 on" autocomplete="off" placeholder="no limit" value="${value ?? ''}"></label>`;
}

function text(name: string, label: string, placeholder: string, value: string): Html {
  return html`<label>${label} <input name="${name}" maxlength="64" autocomplete="off" placeholder="${placeholder}" value="${value}"></label>`;
}

function names(name: string, label: string, value: string[] | null | undefined): Html {
  return html`<label class="long">${label} <textarea name="${name}" rows="2" spellcheck="false" autocapitalize="off" placeholder="${name === 'allow' ? 'any' : 'none'}; names with spaces between">${(value ?? []).join(' ')}</textarea></label>`;
}

/** In the largest unit of which it is a whole number, so that nothing is lost when it is sent back. */
function inUnits(value: number | null | undefined, units: [string, number][], smallest: string): string {
  if (!value) return '';
  const [unit, size] = units.find(([, of]) => value % of === 0) ?? [smallest, 1];
  return `${value / size}${unit}`;
}
