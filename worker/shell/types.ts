/** The vocabulary of a persistent shell: what goes in, what comes out. Bytes are bytes; nothing here decodes them. */
import type { ShellTerminal, TerminalOptions } from './terminalTypes.ts';

export type StreamName = 'stdout' | 'stderr';

/** The account a shell runs as; only root can choose another than its own. */
export interface Account {
  uid: number;
  gid: number;
  /** Nothing but this shell runs as it: whatever does belongs to the shell. */
  isOwn?: boolean;
}

/** What stands between the host and bash. */
export interface Launch {
  /** Words before those of bash, of programs that each become the next; with the path of the shell's terminal, if it has one. */
  words(terminal: string | undefined): string[];
  /** Some of them stay, as its parents: bash is the first below them that leads a session. */
  isNested?: boolean;
  /** Where bash finds its terminal, if that is another path than the host's. */
  terminalPath?: string;
  /** Called with the id of the first process, which goes no further before it has settled. */
  onSpawn?(pid: number): Promise<void>;
}

/** What holds a shell elsewhere: in a container, on another machine. */
export interface Connect {
  /** A program and its words, which start a bash that reads what it is to do from its stdin. */
  words: string[];
  /** The whole environment of that program. */
  environment: Record<string, string>;
  /** Without a word from the other side for so long, each side gives the other up. Default a minute. */
  silenceMs?: number;
}

/** What a shell is opened with. */
export interface ShellOptions {
  /** Names the marker in the environment of everything the shell starts; never reused by a living shell. */
  id: string;
  /** An existing directory for this shell's FIFOs and command files, of mode 0700, with passable parents. */
  directory: string;
  /** Where the shell starts; if it cannot be entered it starts at home and says so in `problems`. Empty: wherever bash is started. */
  cwd: string;
  /** The whole environment that bash is started with: nothing is inherited. What is started before bash has it, too. */
  environment: Record<string, string>;
  /** More of it, whose values are a caller's: set by bash itself, before anything is restored. */
  exports?: Record<string, string>;
  account?: Account;
  launch?: Launch;
  /** In place of an account and a launch. The environment is then added to what there is on the other side. */
  connect?: Connect;
  /** The bash: a path, or a name to be looked for. Default `bash`. */
  program?: string;
  /** A state captured earlier (`ShellResult.state`), restored part by part. */
  restore?: Uint8Array;
  /** What `$?` is for the first command. Default 0. */
  exitCode?: number;
  /** stderr goes into stdout, in the order written. */
  mergeOutput?: boolean;
  /** Commands have a terminal: their output is what it shows, all as stdout, and their stdin what is typed. */
  terminal?: TerminalOptions;
  /** How long a command may take to end after it was told to. Default: `graceMsDefault`. */
  graceMs?: number;
  /** Bytes of background jobs after their command ended. A returned promise pauses reading. */
  onLateOutput?: (commandId: string, stream: StreamName, bytes: Uint8Array) => void | Promise<void>;
  /** bash is gone, while no command ran or during one. Called once. */
  onExit?: (exit: ShellExit) => void;
}

/** How bash ended; both are null where nobody can tell. */
export interface ShellExit {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** One command, as a shell is given it. */
export interface ShellCommand {
  id: string;
  /** Sourced from a file, at top level; line numbers in bash's errors are the text's own. */
  text: string;
  /** Set for this command alone, values literal. */
  environment?: Record<string, string>;
  /** For this command alone; if it cannot be entered the command fails with bash's own message. */
  cwd?: string;
  /** Default: empty, or the terminal. Bytes given here are the stdin in a terminal, too. */
  stdin?: Uint8Array | 'interactive';
  timeoutMs?: number;
  /** Called just before the trigger is written. If it throws, the command was not started and `run` rejects with it. */
  onStart?: () => void;
  /** Called right after the trigger was written: signals, input and an end reach the command from now on. */
  onStarted?: () => void;
  /** A returned promise pauses reading of that stream until it settles. */
  onOutput: (stream: StreamName, bytes: Uint8Array) => void | Promise<void>;
}

type ShellOutcome = 'exited' | 'shell_exited' | 'timed_out' | 'killed';
export type EndReason = 'killed' | 'timed_out';

/** What became of a command. */
export interface ShellResult {
  outcome: ShellOutcome;
  /** As bash has it: 124 for timed_out, 128+n for a signal; null if nothing is known. */
  exitCode: number | null;
  /** The signal that is known to have ended it. */
  signal: NodeJS.Signals | null;
  /** After the command; null if the shell is gone. */
  cwd: string | null;
  /** The state after the command; null if it left none. */
  state: Uint8Array | null;
  /** Why a shell that is well has left no state, or what is not known of one that was lost; else null. */
  stateProblem: string | null;
  /** Background jobs of the shell that are running now; null if that is not known. */
  jobs: number | null;
  shellAlive: boolean;
}

/** What a caller can do with a shell that is open. */
export interface Shell {
  readonly pid: number;
  /** Where it began: the directory asked for, or where it could go instead. */
  readonly cwd: string;
  /** What of `cwd` and `restore` could not be restored; never fatal. */
  readonly problems: string[];
  /** Null where commands have pipes. */
  readonly terminal: ShellTerminal | null;
  /** The ids of its processes on this machine. */
  processes(): number[];
  /** Runs one command; resolves when it ended and all its output was taken. Rejects if it was certainly not started. */
  run(command: ShellCommand): Promise<ShellResult>;
  /** Sends a signal to the foreground of the running command; false if nothing runs. */
  signal(name: NodeJS.Signals): boolean;
  /** Writes to the stdin of an interactive command, or types; resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the stdin of an interactive command; types Ctrl-D in a terminal. */
  endInput(): void;
  /** Ends the running command's whole tree; resolves when `run` has its result. */
  end(reason: EndReason): Promise<void>;
  /** Ends the shell and everything it ever started, verified; removes its files. */
  close(): Promise<void>;
}
