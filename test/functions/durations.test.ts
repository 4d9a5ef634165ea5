import { expect, test } from 'vitest';
import { durationField, parseDuration, parseGoDuration } from '../../functions/durations.ts';
import { fc } from '../support/fuzz.ts';

test.each<[number | string, number]>([
  [30, 30_000],
  [0.25, 250],
  ['30', 30_000],
  ['1.5', 1500],
  ['500ms', 500],
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['1.s', 1000],
  ['2h45m30.5s', 9_930_500],
  ['+1s', 1000],
  ['100us', 1],
  ['1µs', 1],
  ['1ns', 1],
  ['1.1s', 1100],
  [0, 0],
  ['0s', 0],
])('%j is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  '',
  's',
  '1 s',
  '1d',
  'forever',
  '-1s',
  '1h-30m',
  '1e3s',
  '0x10',
  '1S',
  '1h30',
  '١s',
  `${'1'.repeat(70)}s`,
  -1,
  Number.NaN,
  Infinity,
])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

// Each as Go 1.26's time.ParseDuration takes it.
test.each([
  ['0', 0],
  ['+0', 0],
  ['-0', 0],
  ['500ms', 500],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['1.s', 1000],
  ['+5s', 5000],
  ['-1.5s', -1500],
  ['1m1m', 120_000],
  ['1s1h', 3_601_000],
  ['500us', 0.5],
  ['2562047h', 2_562_047 * 3_600_000],
])('Go takes %j for %d ms', (text, ms) => {
  expect(parseGoDuration(text)).toBe(ms);
});

test.each([
  '',
  '30',
  '1.5',
  '00',
  '-',
  '+',
  '.',
  '.s',
  's',
  '1d',
  '1 s',
  ' 1s',
  '1s ',
  '--1s',
  '1h-5m',
  '1e3s',
  '2562048h',
])('Go refuses %j', (text) => {
  expect(parseGoDuration(text)).toBeUndefined();
});

test('hours, minutes, seconds and milliseconds add up', () => {
  const part = fc.nat({ max: 999 });
  fc.assert(
    fc.property(part, part, part, part, (h, m, s, ms) => {
      expect(parseDuration(`${h}h${m}m${s}s${ms}ms`)).toBe(h * 3_600_000 + m * 60_000 + s * 1000 + ms);
    }),
  );
});

test('no text throws, and what is taken is whole and not negative', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9.hmsunµ]{1,12}$/)), (text) => {
      const ms = parseDuration(text);
      expect(ms === undefined || (Number.isInteger(ms) && ms >= 0)).toBe(true);
    }),
  );
});

test('a field takes more than nothing, up to its limit', () => {
  const field = durationField('replayTimeoutMsMin', 'A test.');
  expect(field.safeParse('1m').data).toBe(60_000);
  expect(field.safeParse('1ns').data).toBe(1);
  expect(field.safeParse('60.001s').error?.issues[0]?.message).toBe('Above the limit "replayTimeoutMsMin" of 60 s');
  for (const bad of [0, '60.001s', 'soon', null, {}, true]) expect(field.safeParse(bad).success).toBe(false);
});
