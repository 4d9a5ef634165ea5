/** What a command finds in a shell, and leaves to the next. */
import type { Bash } from './bash.ts';
import type { PrivateDirectory } from './directory.ts';
import type { Terminal } from './terminal.ts';
import type { ShellMark } from './tree.ts';
import type { ShellOptions } from './types.ts';

/** What the commands of one shell share. */
export interface ShellContext {
  readonly bash: Bash;
  readonly directory: PrivateDirectory;
  readonly options: ShellOptions;
  readonly mark: ShellMark;
  readonly terminal: Terminal | null;
  exitCode: number;
  jobs: ReadonlySet<number>;
  trapsInterrupt: boolean;
  trapsReturn: boolean;
}
