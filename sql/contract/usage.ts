/** What was used, and how the queue fares. Durations in ms, sizes in bytes. */
import { z } from 'zod';
import { Count, Id } from './fields.ts';

/** What one key used on one day (UTC), of the commands that ran and have ended. */
export const UsageDay = z.object({
  day: z.iso.date().describe('On which they were submitted'),
  key_id: Id,
  key_name: z.string(),
  owner: z.string(),
  commands: Count,
  failed: Count.describe('Not exited with 0'),
  run_ms: Count.describe('All together'),
  run_ms_avg: Count,
  queued_ms_avg: Count,
  output_bytes: Count.describe('Written, on both streams and by background jobs'),
});
export type UsageDay = z.infer<typeof UsageDay>;

const Quantiles = z.object({ p50: Count.nullable(), p95: Count.nullable(), p99: Count.nullable() });

/** What waits and runs now, and how what has ended within the window fared. */
export const Stats = z.object({
  queued: Count,
  running: Count,
  oldest_queued_ms: Count.nullable(),
  window_ms: Count,
  ended: Count.describe('Commands that ran and ended within the window'),
  failed: Count,
  lost: Count,
  per_minute: z.number(),
  sampled: Count.describe('How many of the newest of them the percentiles are of'),
  wait_ms: Quantiles,
  run_ms: Quantiles,
  sessions: z.object({ open: Count, busy: Count, detached: Count }),
  hosts: z.object({ live: Count, capacity: Count, sessions: Count }),
});
export type Stats = z.infer<typeof Stats>;
