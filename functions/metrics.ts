/**
 * Figures in Prometheus' text format. Pure.
 * Source: prometheus.io/docs/instrumenting/exposition_formats.
 */
import type { Stats } from '../sql/contract.ts';

/** One figure with its samples; a sample that is null is left out. */
export interface Metric {
  name: string;
  help: string;
  type: 'gauge' | 'counter';
  samples: { labels?: Record<string, string>; value: number | null }[];
}

/** The text that Prometheus reads. */
export function exposition(metrics: Metric[]): string {
  return metrics
    .flatMap(({ name, help, type, samples }) => [
      `# HELP ${name} ${help}\n`,
      `# TYPE ${name} ${type}\n`,
      ...samples.flatMap(({ labels = {}, value }) => (value === null ? [] : [`${name}${labelled(labels)} ${value}\n`])),
    ])
    .join('');
}

/** What the database says, as figures. Durations in seconds, as is usual there. */
export function metricsOf(stats: Stats): Metric[] {
  const window = `in the last ${stats.window_ms / 1000} s`;
  return [
    gauge('limpet_commands', 'Commands that wait and run now', [
      { labels: { state: 'queued' }, value: stats.queued },
      { labels: { state: 'running' }, value: stats.running },
    ]),
    gauge('limpet_oldest_queued_seconds', 'How long the command that waits longest has waited', [
      { value: seconds(stats.oldest_queued_ms) ?? 0 },
    ]),
    gauge('limpet_recent_commands', `Commands that ended ${window}`, [{ value: stats.ended }]),
    gauge('limpet_recent_failed_commands', `Of these, not exited with 0`, [{ value: stats.failed }]),
    gauge('limpet_recent_lost_commands', `Of these, lost`, [{ value: stats.lost }]),
    gauge(
      'limpet_recent_wait_seconds',
      `From submission to start, of commands that ended ${window}`,
      quantiles(stats.wait_ms),
    ),
    gauge('limpet_recent_run_seconds', `From start to end, of commands that ended ${window}`, quantiles(stats.run_ms)),
    gauge('limpet_sessions', 'Open sessions', [
      { labels: { state: 'busy' }, value: stats.sessions.busy },
      { labels: { state: 'detached' }, value: stats.sessions.detached },
      {
        labels: { state: 'idle' },
        value: Math.max(0, stats.sessions.open - stats.sessions.busy - stats.sessions.detached),
      },
    ]),
    gauge('limpet_hosts', 'Hosts that live', [{ value: stats.hosts.live }]),
    gauge('limpet_host_capacity', 'Sessions that living hosts may hold', [{ value: stats.hosts.capacity }]),
    gauge('limpet_host_sessions', 'Sessions that living hosts hold', [{ value: stats.hosts.sessions }]),
  ];
}

function gauge(name: string, help: string, samples: Metric['samples']): Metric {
  return { name, help, type: 'gauge', samples };
}

function quantiles({ p50, p95, p99 }: Stats['wait_ms']): Metric['samples'] {
  const all = { '0.5': p50, '0.95': p95, '0.99': p99 };
  return Object.entries(all).map(([quantile, ms]) => ({ labels: { quantile }, value: seconds(ms) }));
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

function labelled(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
