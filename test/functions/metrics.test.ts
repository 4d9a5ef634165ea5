import { expect, test } from 'vitest';
import { exposition, metricsOf } from '../../functions/metrics.ts';
import type { Stats } from '../../sql/contract.ts';

test('a figure has its help, its type and a line a sample; what is not known has none', () => {
  const samples = [
    { labels: { state: 'a"b\\c\nd', other: 'x' }, value: 1.5 },
    { labels: { state: 'none' }, value: null },
  ];
  expect(exposition([{ name: 'limpet_x', help: 'Told', type: 'gauge', samples }])).toBe(
    '# HELP limpet_x Told\n# TYPE limpet_x gauge\nlimpet_x{state="a\\"b\\\\c\\nd",other="x"} 1.5\n',
  );
});

test('durations are seconds, and an idle queue has no oldest command and no percentiles', () => {
  const none = { p50: null, p95: null, p99: null };
  const stats: Stats = {
    queued: 2,
    running: 1,
    oldest_queued_ms: 1500,
    window_ms: 3_600_000,
    ended: 3,
    failed: 1,
    lost: 0,
    per_minute: 0.05,
    sampled: 3,
    wait_ms: { p50: 10, p95: 20, p99: 30 },
    run_ms: none,
    sessions: { open: 5, busy: 1, detached: 1 },
    hosts: { live: 1, capacity: 256, sessions: 4 },
  };
  const text = exposition(metricsOf(stats));
  for (const line of [
    'limpet_commands{state="queued"} 2',
    'limpet_oldest_queued_seconds 1.5',
    'limpet_recent_wait_seconds{quantile="0.95"} 0.02',
    'limpet_sessions{state="idle"} 3',
    'limpet_hosts 1',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).not.toContain('limpet_recent_run_seconds{');
  expect(exposition(metricsOf({ ...stats, oldest_queued_ms: null }))).toContain('limpet_oldest_queued_seconds 0\n');
});
