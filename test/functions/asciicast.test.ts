import { describe, expect, test } from 'vitest';
import { Asciicast, type AsciicastVersion } from '../../functions/asciicast.ts';

const startUs = 1_700_000_000_123_456;
const parsed = (line: string) => {
  expect(line.endsWith('\n')).toBe(true);
  return JSON.parse(line);
};
const events = (version: AsciicastVersion, ...times: number[]) => {
  const cast = new Asciicast(version, startUs);
  return times.map((ms) => parsed(cast.event({ atUs: startUs + ms * 1000, code: 'o', data: 'x' }))[0]);
};

describe('the header', () => {
  const given = { cols: 120, rows: 40, title: 'build "1"' };
  test('of version 2', () => {
    expect(parsed(new Asciicast(2, startUs).header(given))).toEqual({
      version: 2,
      width: 120,
      height: 40,
      env: { TERM: 'xterm-256color' },
      timestamp: 1_700_000_000,
      title: 'build "1"',
    });
  });
  test('of version 3, with a limit for pauses', () => {
    expect(parsed(new Asciicast(3, startUs).header({ ...given, idleTimeLimit: 2 }))).toEqual({
      version: 3,
      term: { cols: 120, rows: 40, type: 'xterm-256color' },
      timestamp: 1_700_000_000,
      title: 'build "1"',
      idle_time_limit: 2,
    });
  });
});

test('version 2 tells times since the beginning, version 3 those since the event before', () => {
  expect(events(2, 0, 500, 2000)).toEqual([0, 0.5, 2]);
  expect(events(3, 0, 500, 2000)).toEqual([0, 0.5, 1.5]);
});

test('times never run backwards, whatever the clock did', () => {
  expect(events(2, 1000, 400, 1200)).toEqual([1, 1, 1.2]);
  expect(events(3, 1000, 400, 1200)).toEqual([1, 0, 0.2]);
  expect(events(3, -50)).toEqual([0]);
});

test('intervals add up to the whole, however small they are', () => {
  const intervals = events(3, ...Array.from({ length: 1001 }, (_, n) => n * 0.4));
  expect(intervals.reduce((sum, interval) => sum + Math.round(interval * 1000), 0)).toBe(400);
});
