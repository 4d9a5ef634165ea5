/** Rows of styled text as HTML: escaped text in spans with classes, no attribute that a program could choose but an http(s) link. */
import { blackIsReadableOn } from './palette.ts';
import type { Row } from './screen.ts';
import { flag, type Style, same } from './style.ts';

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for HTML, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Rows, each but the last ended by a line break. */
export function paintRows(rows: readonly Row[]): string {
  return rows.map(paintRow).join('\n');
}

function paintRow({ text, styles }: Row): string {
  let html = '';
  for (let start = 0, end = 0; start < text.length; start = end) {
    const style = styles[start] as Style;
    while (end < text.length && same(styles[end] as Style, style)) end += 1;
    html += paintRun(escapeHtml(text.slice(start, end).join('')), style);
  }
  return html;
}

function paintRun(escaped: string, style: Style): string {
  const classes = classesOf(style).join(' ');
  const run = classes ? `<span class="${classes}">${escaped}</span>` : escaped;
  if (!style.link) return run;
  return `<a href="${escapeHtml(style.link)}" target="_blank" rel="noopener noreferrer nofollow">${run}</a>`;
}

const attributes = [
  [flag.bold, 'sb'],
  [flag.dim, 'sd'],
  [flag.italic, 'si'],
  [flag.underline, 'su'],
  [flag.hidden, 'sh'],
  [flag.strike, 'ss'],
] as const;

/**
 * `fN` is a colour as text, made readable on the page's background; `gN` the colour itself, on a background that the program
 * chose (`bN`). Text without a colour on such a background is black or white (`k`, `w`), whichever can be read. `rv` is the
 * page's own colours, exchanged.
 */
function classesOf({ fg, bg, flags }: Style): string[] {
  const classes = attributes.filter(([bit]) => flags & bit).map(([, name]) => name as string);
  const inverse = (flags & flag.inverse) !== 0;
  const [text, back] = inverse ? [bg, fg] : [fg, bg];
  if (inverse && fg < 0 && bg < 0) classes.push('rv');
  else if (back >= 0) classes.push(text >= 0 ? `g${text}` : blackIsReadableOn(back) ? 'k' : 'w', `b${back}`);
  else if (inverse) classes.push('rv', `g${text}`);
  else if (text >= 0) classes.push(`f${text}`);
  return classes;
}
