/** The keys that a page knows, told by `?`. */
import { html } from 'hono/html';
import type { Html } from './page.ts';

const everywhere: [string[], string][] = [
  [['/'], 'Search'],
  [['?'], 'This help'],
  [['g', 's'], 'Go to the sessions'],
  [['g', 'j'], 'Go to the jobs'],
  [['g', 'h'], 'Go to the hosts'],
  [['g', 'u'], 'Go to the usage'],
  [['g', 'a'], 'Go to the audit record'],
  [['j'], 'Next command, or row'],
  [['k'], 'Previous command, or row'],
  [['r'], 'Pause and go on: nothing moves meanwhile'],
  [['t'], 'Theme: system, light, dark'],
  [['Esc'], 'Leave a field or a dialog'],
];
const session: [string[], string][] = [
  [['i'], 'To the command line'],
  [['Enter'], 'Run'],
  [['Shift', 'Enter'], 'A new line'],
  [['↑', '↓'], 'Earlier and later commands'],
  [['Ctrl', 'R'], 'Search the history'],
  [['Tab'], 'Complete from the history'],
  [['Ctrl', 'C'], 'Interrupt what runs'],
  [['f'], 'Follow the end'],
  [['Ctrl', ']'], 'Leave the terminal’s keys'],
];
const replay: [string[], string][] = [
  [['Space'], 'Play and pause'],
  [['←', '→'], 'Five seconds back and on'],
  [['j', 'k'], 'Next and previous command'],
];

/** The dialog, on every page. */
export function helpDialog(): Html {
  return html`<dialog id="help" aria-labelledby="help-title"><form method="dialog" class="dialog-head"><h2 id="help-title">Keyboard</h2><button class="plain" aria-label="Close"><i class="i i-x" aria-hidden="true"></i></button></form>
<div class="columns">${section('Everywhere', everywhere)}<div>${section('In a session', session)}${section('In a replay', replay)}</div></div></dialog>`;
}

function section(title: string, keys: [string[], string][]): Html {
  return html`<section><h3>${title}</h3><dl class="keymap">${keys.map(
    ([names, text]) => html`<div><dt>${names.map((name) => html`<kbd>${name}</kbd> `)}</dt><dd>${text}</dd></div>`,
  )}</dl></section>`;
}
