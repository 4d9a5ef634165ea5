/** The way of one running command's output to Postgres. */
import type { CommandOutput } from './output.ts';

/** A running command's lane. `refused`: Postgres takes no more of it. */
export interface Lane {
  attempt: string;
  output: CommandOutput;
  refused: boolean;
  flushing: boolean;
  idleWaiters: (() => void)[];
}

/** A lane on which nothing is under way yet. */
export function newLane(attempt: string, output: CommandOutput): Lane {
  return { attempt, output, refused: false, flushing: false, idleWaiters: [] };
}
