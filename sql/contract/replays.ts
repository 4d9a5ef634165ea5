/** Replays: a range of commands run again, each result beside the original's. Drawn in the migration that makes them. */
import { z } from 'zod';
import { Id, Time } from './fields.ts';

const ReplayState = z.enum(['running', 'done', 'stopped']);

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const Result = z.object({
  command_id: Id,
  state: z.string().nullable(),
  exit_code: z.int().nullable(),
  sha256: z.object({ stdout: Sha256, stderr: Sha256 }).nullable().describe('Of what is stored of each stream'),
});

/** A replay as every reader sees it. */
export const Replay = z.object({
  id: Id,
  state: ReplayState,
  reason: z.string().nullable().describe('Why it stopped'),
  source_session_id: Id,
  session_id: Id.describe('Where the commands run again'),
  from: z.int().positive(),
  to: z.int().positive(),
  stop_on_difference: z.boolean(),
  created_at: Time,
  finished_at: Time.nullable(),
  items: z.array(
    z.object({
      seq: z.int().positive().describe('In the source'),
      command: z.string().describe('Its text; of a long one the first 4096 characters'),
      first_command_id: Id.describe('The first original: another one where the source is itself a replay'),
      original: Result,
      replay: Result.nullable().describe('Null before it was submitted'),
      same: z.boolean().nullable().describe('Null before it ended, and where either of the two was lost'),
    }),
  ),
});
export type Replay = z.infer<typeof Replay>;
