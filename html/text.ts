/** Times, sizes and names as people read them. */
import type { Session } from '../sql/contract.ts';

const units: readonly [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** A duration: `12 ms`, `3.4 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  return coarse(ms);
}

/** A duration in whole seconds at least, for what still goes on. */
export function elapsed(ms: number): string {
  return ms < 60_000 ? `${Math.floor(ms / 1_000)} s` : coarse(ms);
}

/** How long ago: `just now`, `3 min ago`. */
export function ago(time: string, nowMs: number): string {
  const ms = nowMs - Date.parse(time);
  const [name, size] = units.find(([, unit]) => ms >= unit) ?? units[3] ?? ['s', 1_000];
  return ms < 10_000 ? 'just now' : `${Math.floor(ms / size)} ${name} ago`;
}

/** A number of bytes: `812 bytes`, `3.4 MB`. */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A time for people, in UTC, as the record has it. */
export function clock(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
}

/** The same to the millisecond. */
export function exactClock(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 23)} UTC`;
}

/** The time of day, with the date where that is not plain from the day around it: for a column. */
export function dayTime(time: string): string {
  return `${time.slice(5, 10)} ${time.slice(11, 19)}`;
}

/** A number with its thousands apart. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be seen
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A text as it is, with what could not be seen made visible: escape sequences, which a terminal would obey once they are copied
 * there, and characters that turn the direction of others around them, so that one thing is read and another run.
 */
export function visible(text: string): string {
  return text.replaceAll(unseen, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '␡' : `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/** One line of a text, for a list. */
export function oneLine(text: string, lengthMax = 200): string {
  const line = visible(text.trim().replaceAll('\r\n', '\n')).replaceAll(/\s*\n\s*/g, ' ⏎ ');
  return line.length > lengthMax ? `${line.slice(0, lengthMax - 1)}…` : line;
}

/** What a session is called: its name, or the end of its id (the beginning is the time, alike for all of a minute). */
export function sessionLabel(session: Pick<Session, 'id' | 'name'>): string {
  return session.name ?? session.id.slice(-8);
}

/** Longer directories are cut at the front, where a prompt shows them. */
const directoryLengthMax = 40;

/** A directory for a prompt: `~` is the session's own directory (its HOME, named by its id), and only the end of a long one. */
export function shortDirectory(path: string, sessionId: string): string {
  const home = path.indexOf(`/${sessionId}`);
  const short = home >= 0 ? `~${path.slice(home + sessionId.length + 1)}` : path;
  if (short.length <= directoryLengthMax) return short;
  const end = short.slice(-directoryLengthMax);
  return `…${end.slice(Math.max(0, end.indexOf('/')))}`;
}

function coarse(ms: number): string {
  const index = units.findIndex(([, unit]) => ms >= unit);
  const [name, unit] = units[index] ?? ['s', 1_000];
  const [nextName, nextUnit] = units[index + 1] ?? ['', 0];
  const rest = nextUnit ? Math.floor((ms % unit) / nextUnit) : 0;
  return `${Math.floor(ms / unit)} ${name}${rest ? ` ${rest} ${nextName}` : ''}`;
}
