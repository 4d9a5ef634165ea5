/** What a host and the database tell each other of sessions, commands and output. */
import type { SandboxProfile, StdinSeal } from './contract.ts';

/** Whether there is anything to do for all hosts. */
export interface Due {
  /** For reap. */
  dead: boolean;
  /** For sweep. */
  waiting: boolean;
  /** For expire. */
  queued: boolean;
  /** Of hosts that died, by which nobody has said that their shells are gone. */
  unseen: boolean;
  /** Commands have ended that search has not in its index. */
  ended: boolean;
}

/** A session as its owner needs it to open a shell. Times in ms. */
export interface AdoptedSession {
  session_id: string;
  epoch: number;
  generation: number;
  closed: boolean;
  cwd: string | null;
  /** The directory that its caller asked for, until a command has ended in one: null from then on, or where none was asked for. */
  requested_cwd: string | null;
  env: Record<string, string>;
  /** Sealed (sql/contract/sealed.ts), in base64; null where there are none. */
  secrets: string | null;
  tty: boolean;
  merge_output: boolean;
  cols: number;
  rows: number;
  idle_timeout_ms: number;
  /** Id of the key whose shell it is (POST /lock); null where it is no key's shell. */
  locked_by: string | null;
  /** The profile that its key asks for at least; null where it asks for none. */
  sandbox: SandboxProfile | null;
  /** What `$?` is for the next command; null where nothing is known. */
  exit_code: number | null;
  /** The state after the last command that ended normally, base64; null where there is none yet. */
  state: string | null;
  /** What it is known by, in hex. */
  state_hash: string | null;
  /** Where it is sealed: base64. */
  state_seal: string | null;
}

/** A command in the hands of the host that claimed it. */
export interface ClaimedCommand {
  id: string;
  seq: number;
  attempt: string;
  state: string;
  command: string;
  env: Record<string, string> | null;
  cwd: string | null;
  /** base64 */
  stdin: string | null;
  /** Where it is sealed. */
  stdin_seals: StdinSeal[] | null;
  interactive: boolean;
  timeout_ms: number | null;
  max_output: number;
}

/** What was observed of a command's end. Totals are those of the original streams, digests hex of their stored bytes. */
export interface CommandResult {
  state: 'exited' | 'timed_out' | 'killed' | 'shell_exited';
  exit_code: number | null;
  signal: string | null;
  cwd: string | null;
  generation: number;
  problem: string | null;
  stdout_bytes: number;
  stderr_bytes: number;
  stdout_sha256: string;
  stderr_sha256: string;
  /** Background jobs that its shell has now; null where that is not known. */
  jobs: number | null;
}

/** Bytes of one stream at their offset; `skip` bytes right before them were dropped (beyond max_output). `seal`: of sealed ones. */
export interface OutputPiece {
  stream: 1 | 2;
  offset: number;
  skip: number;
  bytes: Uint8Array;
  seal?: Uint8Array;
}

/** What a background job of a command wrote after its end: `offset` bytes of it came before, null where that is not known any more. */
export interface LatePiece {
  command: string;
  stream: 1 | 2;
  offset: number | null;
  data: Uint8Array;
  dropped: number;
  seal?: Uint8Array;
}

/** The state after a command and what it is known by: its SHA-256, or of a sealed one (`seal`) what its host works out. */
export interface StoredState {
  content: Uint8Array;
  hash: Uint8Array;
  seal?: Uint8Array;
}

/** A piece together with the attempt it belongs to. */
export type AttemptPiece = OutputPiece & { attempt: string };

/** What a caller left for a session. */
export interface Control {
  id: number;
  command_id: string | null;
  kind: 'signal' | 'end' | 'stdin' | 'resize' | 'keys' | 'close';
  signal: string | null;
  /** base64 */
  data: string | null;
  /** Where it is sealed: base64. */
  seal: string | null;
  start_offset: number | null;
  last: boolean;
}

/** A session as its owner holds it: the fence of every write. */
export interface Owned {
  incarnation: string;
  session: string;
  epoch: number;
}
