/** A session: how it is told. */
import { z } from 'zod';
import { Count, Id, Time } from './fields.ts';
import { SessionSandbox } from './sandbox.ts';

export const SessionState = z.enum(['opening', 'ready', 'busy', 'detached', 'closed']);
export type SessionState = z.infer<typeof SessionState>;

/** A session as every reader sees it. */
export const Session = z.object({
  id: Id,
  name: z.string().nullable(),
  state: SessionState,
  tty: z.boolean(),
  merge_output: z.boolean(),
  cols: z.int(),
  rows: z.int(),
  cwd: z.string().nullable(),
  generation: Count.describe('Number of the shell: 1 for the first, one more for each that replaced a dead one'),
  host: z.string().nullable(),
  pool: z.string(),
  labels: z.record(z.string(), z.string()),
  queued: Count,
  running_command_id: Id.nullable(),
  commands: Count,
  idle_timeout_ms: Count,
  problems: z.array(z.string()).describe('What of the state could not be restored into the present shell'),
  sandbox: SessionSandbox.nullable().describe('Of the present shell, or the last one; null before the first'),
  forked_from: z.object({ session_id: Id, seq: Count }).nullable(),
  replay_id: Id.nullable().describe('The replay that it was made for'),
  created_at: Time,
  last_active_at: Time,
  closed_at: Time.nullable(),
});
export type Session = z.infer<typeof Session>;
