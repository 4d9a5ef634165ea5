/** A shell's state as it was recorded: what a shell that takes up from there begins with. */
import { z } from 'zod';
import { Count, Id } from './fields.ts';

const Text = z.string();

/** `before`: what the command found; `after`: what it left. */
export const StateMoment = z.enum(['before', 'after']);
export type StateMoment = z.infer<typeof StateMoment>;

/** The state of a session's shell before or after a command. Bytes that are not UTF-8 show as U+FFFD. */
export const ShellState = z.object({
  command_id: Id,
  at: StateMoment,
  recorded_after: Count.describe('The seq of the command that left it; 0: the session began with it'),
  sha256: Text.nullable().describe(
    'Of the recorded state, or, where it is stored sealed, an HMAC of it; null where nothing was recorded yet, and the session began with its `env`',
  ),
  cwd: Text.nullable(),
  exit_code: z.int().nullable().describe('`$?`'),
  umask: Text.nullable(),
  variables: z.array(
    z.object({
      name: Text,
      attributes: z
        .array(Text)
        .describe('Of bash: exported, readonly, integer, array, associative, lowercase, uppercase, nameref, traced'),
      value: z
        .union([Text, z.record(Text, Text)])
        .nullable()
        .describe('Of an array its elements; null where it has none'),
    }),
  ),
  unset: z.array(Text).describe('Variables of the environment that were unset'),
  functions: z.array(z.object({ name: Text, definition: Text })),
  aliases: z.record(Text, Text),
  options: z
    .object({ set: z.array(Text), shopt: z.array(Text) })
    .nullable()
    .describe('Those that are on'),
  traps: z.array(z.object({ signal: Text, command: Text })),
});
export type ShellState = z.infer<typeof ShellState>;

/** What the SQL API returns: the state as it was recorded, base64; null where none was. */
export interface StateRow {
  command_id: string;
  at: StateMoment;
  recorded_after: number;
  sha256: string | null;
  content: string | null;
  /** Where it is sealed: base64. */
  seal?: string | null;
  cwd: string | null;
  exit_code: number | null;
  environment: Record<string, string>;
}
