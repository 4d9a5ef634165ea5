/** What only the pages read. */
import type { CommandState } from '../contract.ts';

/** A session's last command, as much as a list shows of it: of a long text the first 200 characters. */
export interface LastCommand {
  session_id: string;
  seq: number;
  command: string;
  state: CommandState;
  exit_code: number | null;
}
