/** What the edge's process uses, under the names that Prometheus' own clients give it. */
import type { Metric } from '../../functions/metrics.ts';

/** The figures now. */
export function processMetrics(): Metric[] {
  const { user, system } = process.cpuUsage();
  const figure = (name: string, help: string, type: Metric['type'], value: number): Metric => ({
    name,
    help,
    type,
    samples: [{ value }],
  });
  return [
    figure('process_cpu_seconds_total', 'Processor time', 'counter', (user + system) / 1_000_000),
    figure('process_resident_memory_bytes', 'Memory', 'gauge', process.memoryUsage.rss()),
    figure(
      'process_start_time_seconds',
      'Start, since 1970',
      'gauge',
      Math.floor(Date.now() / 1000 - process.uptime()),
    ),
  ];
}
