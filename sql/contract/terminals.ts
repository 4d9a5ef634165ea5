/** A session's terminal: what is typed, and what it shows. */
import { z } from 'zod';
import { Count, Id, Time } from './fields.ts';

/** A key by name, a text, or a text that is never taken for a key. */
export const Key = z.union([z.string(), z.strictObject({ text: z.string() })]);
export type Key = z.infer<typeof Key>;

const Colour = z.union([z.int().min(0).max(255), z.string().regex(/^#[0-9a-f]{6}$/)]);

/** Neighbouring cells of one look: what is missing is the terminal's default. Colours are of the 256-colour palette, or RGB. */
export const ScreenRun = z.object({
  col: Count.describe('The column of its first cell; a wide character takes two'),
  text: z.string(),
  fg: Colour.optional(),
  bg: Colour.optional(),
  bold: z.literal(true).optional(),
  dim: z.literal(true).optional(),
  italic: z.literal(true).optional(),
  underline: z.literal(true).optional(),
  blink: z.literal(true).optional(),
  inverse: z.literal(true).optional(),
  hidden: z.literal(true).optional(),
  strike: z.literal(true).optional(),
});

export type ScreenRun = z.infer<typeof ScreenRun>;

/** What a terminal shows; rows and columns are counted from 0. */
export const Screen = z.object({
  session_id: Id,
  generation: Count.describe('Number of the shell whose terminal this is; 0 before the first'),
  updated_at: Time.nullable().describe('When it was stored; null before the first'),
  cols: z.int(),
  rows: z.int(),
  title: z.string(),
  alternate: z.boolean().describe('A full-screen program shows a screen of its own'),
  cursor: z.object({ row: Count, col: Count, visible: z.boolean() }),
  simplified: z.boolean().describe('Too large to be kept with its colours'),
  lines: z.array(z.object({ runs: z.array(ScreenRun) })).describe('One for each row; blanks at its end are left out'),
});
export type Screen = z.infer<typeof Screen>;
/** The part that its host stores. */
export type ScreenContent = Omit<Screen, 'session_id' | 'generation' | 'updated_at'>;
