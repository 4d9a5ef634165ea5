/** The size of a terminal, as requests give it. */
import { z } from '@hono/zod-openapi';
import { limits } from '../sql/contract.ts';
import { aboveLimit } from './limitText.ts';

/** Columns or rows. */
export const TerminalSide = z
  .int()
  .min(1)
  .max(limits.terminalSizeMax, { error: aboveLimit('terminalSizeMax', 'columns or rows') });

/** Refuses a terminal of too many cells; a side that is not given has its default. */
export function refuseManyCells(
  { cols = 120, rows = 40 }: { cols?: number | undefined; rows?: number | undefined },
  context: z.RefinementCtx,
): void {
  if (cols * rows <= limits.terminalCellsMax) return;
  context.addIssue({ code: 'custom', path: ['cols'], message: aboveLimit('terminalCellsMax', 'cells') });
}
