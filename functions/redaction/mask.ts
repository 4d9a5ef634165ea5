/** Finds what the rules look for, and puts a mask of the same length in its place: no offset changes, and the mask says what it is. Pure. */
import { matchLengthMax, type Rule } from './rules.ts';

/** From `start` to before `end`, found by the rule of this name. */
interface Span {
  start: number;
  end: number;
  name: string;
}

/** Where a text is cut: it went on before its start, or goes on behind its end. */
interface Cuts {
  start?: boolean;
  end?: boolean;
}

/** What the rules find in a text, in order and apart from one another. */
export function findSpans(rules: readonly Rule[], text: string, cuts: Cuts = {}): Span[] {
  const found = rules.flatMap((rule) => [...matches(rule, text), ...cutMatches(rule, text, cuts)]);
  const spans: Span[] = [];
  for (const span of found.sort((one, other) => one.start - other.start)) {
    const last = spans.at(-1);
    if (last && span.start < last.end) last.end = Math.max(last.end, span.end);
    else spans.push(span);
  }
  return spans;
}

function matches({ name, whole }: Rule, text: string): Span[] {
  return Array.from(text.matchAll(whole), ({ index, 0: found }) => ({ start: index, end: index + found.length, name }));
}

function cutMatches({ name, begun, ending }: Rule, text: string, cuts: Cuts): Span[] {
  const spans: Span[] = [];
  const last = Math.max(0, text.length - matchLengthMax);
  const beginning = cuts.end ? begun?.exec(text.slice(last)) : null;
  if (beginning) spans.push({ start: last + beginning.index, end: text.length, name });
  const rest = cuts.start ? ending?.exec(text.slice(0, matchLengthMax)) : null;
  if (rest) spans.push({ start: 0, end: rest[0].length, name });
  return spans.filter(({ start, end }) => end > start);
}

/** The mask for one text: `[redacted NAME]` where that has room, asterisks for the rest, line breaks as they were. */
export function maskOf(name: string, text: string): string {
  const stars = text.replaceAll(/[^\r\n]/g, '*');
  const label = `[redacted ${name}]`;
  const firstLine = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  return firstLine.length >= label.length ? label + stars.slice(label.length) : stars;
}

/** A text with its secrets masked, and by which rules. */
export function maskText(rules: readonly Rule[], text: string, cuts: Cuts = {}): { text: string; names: string[] } {
  const spans = findSpans(rules, text, cuts);
  let masked = '';
  let at = 0;
  for (const { start, end, name } of spans) {
    masked += text.slice(at, start) + maskOf(name, text.slice(start, end));
    at = end;
  }
  return { text: masked + text.slice(at), names: spans.map(({ name }) => name) };
}

/** A character a byte, whatever the bytes are. */
const decoder = new TextDecoder('latin1');

/** The same of bytes, which are copied where something is masked in them. */
export function maskBytes(
  rules: readonly Rule[],
  bytes: Uint8Array,
  cuts: Cuts = {},
): { bytes: Uint8Array; names: string[] } {
  const text = decoder.decode(bytes);
  const spans = findSpans(rules, text, cuts);
  if (spans.length === 0) return { bytes, names: [] };
  const masked = bytes.slice();
  for (const { start, end, name } of spans) {
    const mask = maskOf(name, text.slice(start, end));
    for (let index = 0; index < mask.length; index += 1) masked[start + index] = mask.charCodeAt(index);
  }
  return { bytes: masked, names: spans.map(({ name }) => name) };
}
