/** Options that several commands have. */
import { InvalidArgumentError } from 'commander';

/** `--env NAME=VALUE` and its like, repeated. */
export function collectPairs(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be NAME=VALUE.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** Any text, repeated. */
export function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** A whole number from 1 on. */
export function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return Number(text);
}

/** A whole number from 0 on. */
export function number(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0 on.');
  return Number(text);
}

/** One of these words, repeated. */
export function choices<Word extends string>(...words: Word[]) {
  return (text: string, before: Word[] = []): Word[] => {
    const word = words.find((one) => one === text);
    if (word === undefined) throw new InvalidArgumentError(`It must be one of ${words.join(', ')}.`);
    return [...before, word];
  };
}

/** A day as the API has it. Whether there is such a day, the API says. */
export function day(text: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) throw new InvalidArgumentError('It must be a day such as 2026-01-31.');
  return text;
}

/** A time as it is written; in RFC 3339. One that already is stays to the microsecond. */
export function time(text: string): string {
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) throw new InvalidArgumentError('It must be a time such as 2026-01-31T09:00:00Z.');
  return /^\d{4}-\d\d-\d\dT.*Z$/.test(text) ? text : new Date(atMs).toISOString();
}

const hourMs = 3_600_000;

/** A time from now on (`12h`, `90d`), or a time as it is written; in RFC 3339. */
export function futureTime(text: string): string {
  const [, number, unit] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? [];
  const atMs = number ? Date.now() + Number(number) * (unit === 'd' ? 24 * hourMs : hourMs) : Date.parse(text);
  if (Number.isNaN(atMs)) throw new InvalidArgumentError('It must be a time such as 2030-01-31, or 12h, or 90d.');
  return new Date(atMs).toISOString();
}
