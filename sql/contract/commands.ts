/** A command: how it is told, and how it is stored. */
import { z } from 'zod';
import { commandStates } from './commandStates.ts';
import { Count, Id, Time } from './fields.ts';
import type { SealedEnds } from './sealedPlaces.ts';

export const CommandState = z.enum(commandStates);
export type CommandState = z.infer<typeof CommandState>;

/** The two streams of a command. */
export const StreamName = z.enum(['stdout', 'stderr']);
export type StreamName = z.infer<typeof StreamName>;

/** Signals a caller may send. */
export const Signal = z.enum(['INT', 'TERM', 'KILL', 'QUIT', 'HUP', 'TSTP', 'CONT', 'USR1', 'USR2']);
export type Signal = z.infer<typeof Signal>;

/** A command as every reader sees it. */
export const Command = z.object({
  id: Id,
  session_id: Id,
  session_name: z.string().nullable(),
  seq: z.int().positive(),
  command: z.string(),
  state: CommandState,
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  stdout: z.string(),
  stderr: z.string(),
  stdout_bytes: Count,
  stderr_bytes: Count,
  truncated: z.boolean().describe('stdout or stderr shown here is not all that was written'),
  redacted: z
    .array(z.string())
    .optional()
    .describe(
      'Rules that found something in `command`, `stdout` or `stderr`, which is masked; not there where none did',
    ),
  dropped_bytes: Count.describe('Bytes beyond max_output, counted and not stored'),
  late_bytes: Count.describe(
    'Bytes that its background jobs wrote after its end: …/late-output of its session has them',
  ),
  late_dropped_bytes: Count.describe('Of these, bytes beyond the limit, counted and not stored'),
  cwd_before: z.string().nullable().describe("The session's directory when it started"),
  cwd: z.string().nullable().describe('The directory after it'),
  generation: Count.nullable(),
  key_id: Id.describe('The key that submitted it'),
  key_name: z.string(),
  host: z.string().nullable(),
  interactive: z.boolean(),
  idempotency_key: z.string().nullable(),
  problem: z
    .string()
    .nullable()
    .describe('Why a command that was accepted could not be run as asked, or the state after it not kept'),
  created_at: Time,
  started_at: Time.nullable(),
  finished_at: Time.nullable(),
  last_output_at: Time.nullable(),
  queued_ms: Count.nullable(),
  run_ms: Count.nullable(),
});
export type Command = z.infer<typeof Command>;

/** What the SQL API returns for a command: the stored bytes of the view, base64, in place of the decoded text. */
export const CommandRow = Command.omit({ stdout: true, stderr: true, truncated: true }).extend({
  stdout_head: z.string(),
  stdout_tail: z.string(),
  stderr_head: z.string(),
  stderr_tail: z.string(),
  /** Where they are sealed, in place of the four. */
  stdout_sealed: z.custom<SealedEnds>().nullish(),
  stderr_sealed: z.custom<SealedEnds>().nullish(),
});
export type CommandRow = z.infer<typeof CommandRow>;
