/** How text looks on a terminal: colours only where a person looks and wants them. Source: https://no-color.org */

import type { ClientEnvironment } from '../client/env.ts';

export type Style = {
  dim(text: string): string;
  bold(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  busy(text: string): string;
};

const plain: Style = { dim: same, bold: same, good: same, bad: same, busy: same };
const coloured: Style = {
  dim: (text) => `\x1b[2m${text}\x1b[22m`,
  bold: (text) => `\x1b[1m${text}\x1b[22m`,
  good: (text) => `\x1b[32m${text}\x1b[39m`,
  bad: (text) => `\x1b[31m${text}\x1b[39m`,
  busy: (text) => `\x1b[33m${text}\x1b[39m`,
};

/** The style for a stream. */
export function styleFor(stream: { isTTY?: boolean }, environment: ClientEnvironment): Style {
  const wanted = !environment.NO_COLOR && environment.TERM !== 'dumb';
  return stream.isTTY && wanted ? coloured : plain;
}

/** Text of others on one line: control characters would move the cursor, or worse. */
export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ⏎ ').replace(/\p{Cc}/gu, '·');
}

function same(text: string): string {
  return text;
}
