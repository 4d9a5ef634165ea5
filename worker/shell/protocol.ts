/**
 * The words that pass between the host and bash: trigger lines in, status records out. Pure.
 *
 * Every exchange has a nonce that is sent with the trigger lines, after which nothing of the user's runs but what
 * bash itself runs at its prompt. bash reads all the lines at once, so no program can read them from it.
 */
import { randomBytes } from 'node:crypto';

/** A record is shorter than this; a longer line is somebody's noise, of which only the end is kept. */
const recordBytesMax = 4096;

/** The streams of a command: names in the private directory. No stderr: into stdout. No stdin: empty. */
export interface StreamNames {
  stdout: string;
  stderr: string | null;
  stdin: string | null;
  /** The path of a terminal in place of the other streams; of stdin only where that is not given. */
  terminal?: string | null;
}

/** What bash is told of a command that it is to run. */
export interface CommandTrigger extends StreamNames {
  id: string;
  /** The file with the command's text, a name in the private directory. */
  file: string;
  /** A file with `wrapperText`, for a command with an environment or a directory of its own. */
  wrapper: string | null;
  /** `$?` for the command's first line. */
  exitCode: number;
  /** Learn `$_` by a RETURN trap; not where the user has one. */
  learnLastArgument: boolean;
}

/** One thing for bash to do. */
export interface Trigger {
  nonce: string;
  /** FIFO for the state, a name in the private directory. */
  state: string;
  command?: CommandTrigger;
  /** Instead of a command: runs the shell's own TERM trap, with these streams. */
  terminate?: StreamNames;
}

/** What bash answers: the command ended, or bash is at its prompt without being able to say how. */
export type StatusRecord = { kind: 'ended'; exitCode: number; ran: boolean } | { kind: 'broken' };

/** 63 random bits in decimal, so that bash's arithmetic can compare it. */
export function createNonce(): string {
  return (randomBytes(8).readBigUInt64LE() >> 1n).toString();
}

/** Quotes a value for bash, literally. */
export function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

const inDirectory = (name: string) => `"$__limpet_d/${name}"`;

/** Expands to nothing, and notes on its way that bash got there. */
const begun = `\${__limpet_z[\${__limpet_ran:=1}]+}`;

// The last word ends with `begun`, which is expanded after all streams before it were opened: if one could not be, bash
// does not run the command, and its status must not pass for the command's.
function redirections({ stdout, stderr, stdin, terminal }: StreamNames): string {
  // Open both ways: there are programs that read keys from their stderr.
  if (terminal && stdin === null) return `<>${terminal} >&0 2>&1${begun}`;
  if (terminal) return `<${inDirectory(stdin ?? '')} 1<>${terminal} 2>&1${begun}`;
  const toStderr = stderr === null ? '2>&1' : `2>>${inDirectory(stderr)}`;
  const fromStdin = stdin === null ? '/dev/null' : inDirectory(stdin);
  return `>>${inDirectory(stdout)} ${toStderr} <${fromStdin}${begun}`;
}

/**
 * The lines of one exchange. The first runs the command and tells its end; an interrupt drops the rest of that line,
 * so the second tells it if it was not told. The third finds out, without running any command that a DEBUG trap or a
 * function could suppress, whether it was told at all: if not, its redirection fails with a message naming the nonce.
 */
export function triggerLines({ nonce, state, command, terminate }: Trigger): string {
  // The state needs as many redirections as a command: where they fail it stays away, and the shell is not well.
  // Without function tracing, whose DEBUG trap would print among what the functions tell; `__limpet_end` turns it on again.
  const tell =
    `__limpet_last=$?;((${nonce}==\${__limpet_done-0}))||` +
    `{ __limpet_o=\${__limpet_o:-$SHELLOPTS};\\builtin set +T;{ \\__limpet_state ${nonce};\\builtin trap -p;} >>${inDirectory(state)} 2>/dev/null </dev/null;\\__limpet_end ${nonce} ${(command ?? terminate)?.stdout ?? ''};}`;
  const check = `((1)) 2>&1 <"\${__limpet_z[${nonce}!=\${__limpet_done-0}]?}"`;
  if (command) return `${sourceLine(command)};${tell}\n${tell}\n${check}\n`;
  // The trap runs between the two commands of the group, so with the group's streams.
  if (terminate) return `{ \\builtin kill -TERM "$$";((1));} ${redirections(terminate)}\n${tell}\n${tell}\n${check}\n`;
  return `${tell}\n${check}\n`;
}

// A failing left side of a list neither ends a `set -e` shell nor runs an ERR trap, but is `$?` for what follows; and
// unlike `if`, an operator cannot be an alias.
function sourceLine(command: CommandTrigger): string {
  const source = command.wrapper
    ? `\\builtin . ${inDirectory(command.wrapper)}`
    : `\\builtin . ${inDirectory(command.file)} ${redirections(command)}`;
  const begin = `\\__limpet_begin ${command.exitCode} ${quote(command.id)} "\${__limpet_u-}"`;
  const learn = command.learnLastArgument ? learnLastArgument(command.wrapper ? 1 : 0) : '';
  return `${learn}${begin} ${command.exitCode === 0 ? '&&' : '||'} ${source}`;
}

// `$_` after `. FILE` is FILE; only a RETURN trap sees what it was at the end of FILE. It stays: to take it away would
// be to take away one that the command has set instead. `depth` is how many files are still being sourced then. The stderr
// is the command's, and is not for what `set -x` shows of it.
function learnLastArgument(depth: number): string {
  const body = `{ ((\${#BASH_SOURCE[@]}!=${depth}))||__limpet_u=$_;} 2>/dev/null`;
  return `\\builtin trap '${body}' RETURN;`;
}

/**
 * A file that runs the command in a directory or with an environment of its own. The streams are opened in here, so
 * that `set -x` does not show these lines in the command's stderr. `__limpet_state` goes back to the directory before.
 */
export function wrapperText(
  command: StreamNames & { file: string },
  own: { cwd?: string | undefined; environment?: Record<string, string> | undefined },
): string {
  const streams = redirections(command);
  const assignments = Object.entries(own.environment ?? {}).map(([name, value]) => `${name}=${quote(value)} `);
  // `command` keeps the assignments from outliving a special builtin in POSIX mode; `builtin` would drop them.
  const source = `${assignments.join('')}\\command . ${inDirectory(command.file)} ${streams}\n`;
  if (own.cwd === undefined) return source;
  const cwd = own.cwd.startsWith('/') ? own.cwd : `./${own.cwd}`;
  return `__limpet_cwd=$PWD __limpet_oldpwd=\${OLDPWD-}\n\\builtin cd -- ${quote(cwd)} ${streams} && ${source}`;
}

/** Finds the record of one nonce in whatever bash's stdout carries; what a PROMPT_COMMAND prints is passed over. */
export class StatusParser {
  #rest = '';

  /** Takes bytes as they come; returns the record once it is complete. */
  push(bytes: Uint8Array, nonce: string): StatusRecord | null {
    const lines = (this.#rest + Buffer.from(bytes).toString('latin1')).split('\n');
    this.#rest = (lines.pop() ?? '').slice(-recordBytesMax);
    for (const line of lines) {
      const record = parseRecord(line, nonce);
      if (record) return record;
    }
    return null;
  }
}

function parseRecord(line: string, nonce: string): StatusRecord | null {
  if (line.includes(`${nonce}!=`)) return { kind: 'broken' };
  const start = line.lastIndexOf(`${nonce}:`);
  if (start < 0) return null;
  const [, exitCode, ran] = /^:(\d{1,3}):(ran)?:$/.exec(line.slice(start + nonce.length)) ?? [];
  return exitCode === undefined ? null : { kind: 'ended', exitCode: Number(exitCode), ran: ran !== undefined };
}
