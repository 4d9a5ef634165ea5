/** The parts of the style sheet, html/public/*.css, in the order in which they are one: where two are as specific, the later one wins. */

const frame = ['base', 'icons', 'controls', 'bar', 'overlays', 'states', 'single', 'boxes'] as const;
const lists = [
  'tables',
  'dots',
  'hits',
  'tablesNarrow',
  'jobs',
  'details',
  'jobsNarrow',
  'operations',
  'keys',
] as const;
const session = [
  'place',
  'blocks',
  'blockTools',
  'output',
  'screen',
  'composer',
  'looks',
  'sessionNarrow',
  'replay',
] as const;

/** The names of their files. Joined they are limpet.css, which a browser asks for once (functions/assets.ts). */
export const styleParts = [...frame, ...lists, ...session].map((name) => `${name}.css`);
