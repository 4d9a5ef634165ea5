/** A shell that is started before it is known whose it will be. */
import type { Shell, ShellOptions } from './types.ts';

/** What must be known of a shell before it is known whose it will be. */
export type PrepareOptions = Pick<
  ShellOptions,
  'id' | 'directory' | 'environment' | 'account' | 'launch' | 'program' | 'terminal'
>;

/** All that stands in front of a bash, which has not begun. */
export interface PreparedShell {
  /** Of the process that will be bash. */
  readonly pid: number;
  /** Resolves when it is gone, whether bash or not yet. */
  readonly exited: Promise<void>;
  /**
   * Begins, once. What was given before is given again, the environment whole: of it, bash is told what it has not yet, and nothing
   * of it was removed. Rejects with ShellOpenError; leaves nothing behind then.
   */
  begin(options: ShellOptions): Promise<Shell>;
  /** Ends it in place of `begin`; removes its files. */
  close(): Promise<void>;
}
