/** What only the pages read. */
import type { CommandState } from './commands.ts';

/** A session's last command, as much as a list shows of it: of a long text the first 200 characters. */
export interface LastCommand {
  session_id: string;
  seq: number;
  command: string;
  state: CommandState;
  exit_code: number | null;
}

/** Minutes, oldest first: how many commands ended in each, and how many of these failed. */
export type Activity = [ended: number, failed: number][];

/** How far the record of one session can be trusted, as the database has it. */
export interface Shield {
  session_id: string;
  events: number;
  /** The first event that was walked: a long chain is walked from further on. */
  checked_from: number;
  /** Events that retention removed from the front, with a signed tombstone. */
  removed: number;
  /** The first event that is not what it was; null where all are. */
  broken_at: number | null;
  /** The last event that a signed checkpoint covers, 0 where none does; and that checkpoint. */
  covered: number;
  checkpoint: number | null;
  signed_by: string | null;
  signed_at: string | null;
}
