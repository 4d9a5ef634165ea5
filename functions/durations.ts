/** Durations as callers write them: a number of seconds, or Go's spelling (`500ms`, `1h30m`, `1.5h`). */
import { z } from '@hono/zod-openapi';
import { limits } from '../sql/contract.ts';
import { aboveLimit, type LimitName } from './limitText.ts';

const unitMs: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const whole = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/u;
/** Go counts nanoseconds in 64 bits with a sign; a longer text than this cannot be a duration that anybody means. */
const msMax = (2 ** 63 - 1) / 1e6;
const textLengthMax = 64;
const notOne = 'Must be a number of seconds or a text like "30s" or "1h30m"';
const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gu;

/**
 * Whole milliseconds of a duration, or undefined where it is not one. Text without a unit is seconds, like the number.
 * More than nothing is at least 1 ms, so that no positive duration turns into "none".
 */
export function parseDuration(value: number | string): number | undefined {
  const ms = typeof value === 'number' ? value * 1000 : parseText(value);
  if (ms === undefined || !Number.isFinite(ms) || ms < 0) return undefined;
  return ms > 0 ? Math.max(1, Math.round(ms)) : 0;
}

function parseText(text: string): number | undefined {
  if (text.length > textLengthMax) return undefined;
  return /^(?:\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) * 1000 : parseGoDuration(text);
}

/**
 * Milliseconds, with a sign and with parts of one, of what Go takes for a duration; undefined for anything else, such as a
 * number without a unit. Source: Go's time.ParseDuration.
 */
export function parseGoDuration(text: string): number | undefined {
  if (text.length > textLengthMax || !whole.test(text)) return undefined;
  let ms = 0;
  for (const [, number, unit] of text.matchAll(part)) ms += Number(number) * (unitMs[unit ?? ''] ?? Number.NaN);
  if (ms >= msMax) return undefined;
  return text.startsWith('-') ? 0 - ms : ms;
}

/** A field that takes a duration above nothing and up to a limit; its value is in ms. */
export function durationField(limit: LimitName, description: string) {
  return z
    .union([z.number(), z.string()], { error: notOne })
    .transform((value, context) => {
      const ms = parseDuration(value);
      if (ms !== undefined && ms > 0 && ms <= limits[limit]) return ms;
      context.addIssue({
        code: 'custom',
        message: ms === undefined ? notOne : ms > 0 ? aboveLimit(limit, 's', 1000) : 'Must be above 0',
      });
      return z.NEVER;
    })
    .openapi({
      type: ['number', 'string'],
      description: `${description} Seconds, or a text like "500ms" or "1h30m".`,
      example: '30s',
    });
}
