/**
 * What `__limpet_state` and `trap -p` wrote, made into a state: parts that bash restores one by one, without what
 * always changes, so that an unchanged state has the same bytes. Pure.
 */
import { quote } from './protocol.ts';

interface Capture {
  cwd: string;
  /** Process ids of bash's background jobs. */
  jobs: number[];
  state: Uint8Array;
  /** The user's own traps that decide how the shell can be ended and what may be learnt. */
  trapsInterrupt: boolean;
  trapsReturn: boolean;
}

const sectionNames = ['cwd', 'jobs', 'umask', 'variables', 'functions', 'aliases', 'options', 'traps'] as const;
type Sections = Record<(typeof sectionNames)[number], string>;

/** Set by bash itself, different each time, or about this process and this machine alone. */
const transient = new RegExp(
  `^(?:${[
    '_|RANDOM|SRANDOM|SECONDS|EPOCH\\w+|LINENO|PPID|SHLVL|UID|EUID|GROUPS|PIPESTATUS|FUNCNAME|DIRSTACK|PWD',
    'HISTCMD|HISTFILE|HISTSIZE|HISTFILESIZE|BASH|BASHPID|BASHOPTS|SHELLOPTS|BASH_(?!ENV$|COMPAT$)\\w+|COMP_\\w+|HOSTNAME|HOSTTYPE|MACHTYPE|OSTYPE|COLUMNS|LINES',
    'LIMPET_(?:SHELL|COMMAND|DIRECTORY|LIMIT)|__limpet_\\w+',
  ].join('|')})$`,
);

/**
 * Reads a capture; null if it is not whole. `environmentNames` are the variables bash was started with: one that is
 * gone was unset by the user, and must be unset again after a restore.
 */
export function parseCapture(bytes: Uint8Array, nonce: string, environmentNames: string[]): Capture | null {
  const sections = splitSections(Buffer.from(bytes).toString('latin1'), nonce);
  if (!sections) return null;
  const cwd = sections.cwd.slice(0, -1);
  const traps = splitEntries(sections.traps).filter((entry) => entry.startsWith('trap -- ') && !isOwnTrap(entry));
  const parts = [
    ...(cwd ? [`builtin cd -- ${quote(cwd)}`] : []),
    `builtin ${sections.umask.trim()}`,
    ...variableParts(sections.variables, environmentNames),
    ...functionParts(sections.functions),
    ...prefixed(splitEntries(sections.aliases), 'alias '),
    optionsPart(sections.options),
    ...prefixed(traps, 'trap -- '),
  ];
  return {
    cwd: Buffer.from(cwd, 'latin1').toString(),
    jobs: sections.jobs.split('\n').filter(Boolean).map(Number),
    state: Buffer.from(parts.map((part) => `${part}\0`).join(''), 'latin1'),
    trapsInterrupt: traps.some((entry) => entry.endsWith(' SIGINT')),
    trapsReturn: traps.some((entry) => entry.endsWith(' RETURN')),
  };
}

/** What bash runs or obeys at its prompt, before any command: in a state that no shell survives, it is this. */
const active = /^(?:builtin trap |__limpet_options |declare -\S+ (?:PROMPT_COMMAND|PS\d|TMOUT|BASH_ENV|IGNOREEOF)\b)/;

/** The same state without traps, options and prompts. */
export function withoutActive(state: Uint8Array): Uint8Array {
  const parts = Buffer.from(state).toString('latin1').split('\0').slice(0, -1);
  const kept = parts.filter((part) => !active.test(part));
  return Buffer.from(kept.map((part) => `${part}\0`).join(''), 'latin1');
}

/** The directory alone, of a capture whose end is missing; null if that is missing too. */
export function parseCwd(bytes: Uint8Array, nonce: string): string | null {
  const text = Buffer.from(bytes).toString();
  const heading = `${nonce}:cwd\n`;
  const from = text.lastIndexOf(heading);
  const to = text.indexOf(`\n${nonce}:jobs\n`, from);
  return from < 0 || to < 0 ? null : text.slice(from + heading.length, to);
}

// An interrupted attempt may stand before the whole one: the last beginning counts.
function splitSections(text: string, nonce: string): Sections | null {
  const sections: Partial<Sections> = {};
  let from = text.lastIndexOf(`${nonce}:cwd\n`);
  for (const [index, name] of sectionNames.entries()) {
    const heading = `${nonce}:${name}\n`;
    if (from < 0 || !text.startsWith(heading, from)) return null;
    const next = sectionNames[index + 1];
    const to = next ? text.indexOf(`${nonce}:${next}\n`, from) : text.length;
    if (to < 0) return null;
    sections[name] = text.slice(from + heading.length, to);
    from = to;
  }
  return sections as Sections;
}

/** Splits what bash printed for reuse at the newlines that are outside quotes. */
export function splitEntries(text: string): string[] {
  const token = /\$'(?:[^'\\]|\\.)*'|'[^']*'|"(?:[^"\\]|\\.)*"|\\.|\n|[^\n'"\\$]+|./gs;
  // Nearly all are lines with one quoted value at most, which are taken whole.
  const line = /([^\n'"\\$]*(?:"[^"\\\n]*")?)\n/y;
  const entries: string[] = [];
  let entry = '';
  for (let at = 0; at < text.length; ) {
    line.lastIndex = token.lastIndex = at;
    const whole = entry === '' ? line.exec(text)?.[1] : undefined;
    const piece = whole === undefined ? token.exec(text)?.[0] : '\n';
    if (piece === undefined) break;
    at = Math.max(line.lastIndex, token.lastIndex);
    if (whole !== undefined) entry = whole;
    if (piece !== '\n') entry += piece;
    else if (entry !== '') {
      entries.push(entry);
      entry = '';
    }
  }
  return entry === '' ? entries : [...entries, entry];
}

function variableParts(section: string, environmentNames: string[]): string[] {
  const names = new Set<string>();
  const parts = splitEntries(section).filter((entry) => {
    const name = /^declare -[-\w]+ (\w+)(?:=|$)/.exec(entry)?.[1];
    if (name === undefined || transient.test(name)) return false;
    names.add(name);
    return true;
  });
  const gone = environmentNames.filter(
    (name) => !names.has(name) && !transient.test(name) && /^[A-Za-z_]\w*$/.test(name),
  );
  return [...gone.sort().map((name) => `unset -v ${name}`), ...parts];
}

// A function ends with a line that is `}`, before the first line of another or a `declare -f` of its attributes.
function functionParts(section: string): string[] {
  return section
    .split(/(?<=^\}\n(?:declare -f\w+ .*\n)?)(?=(?:function )?\S+ \(\) \n\{ \n)/m)
    .filter((part) => part !== '' && !/^(?:function )?__limpet_\w+ \(\)/.test(part));
}

// Functions are back before these, and a user may have named one `alias` or `trap`.
function prefixed(entries: string[], start: string): string[] {
  return entries.filter((entry) => entry.startsWith(start)).map((entry) => `builtin ${entry}`);
}

function optionsPart(section: string): string {
  const [set = '', shopt = ''] = section.split('\n').slice(-3);
  return `__limpet_options ${quote(set)} ${quote(shopt)}`;
}

function isOwnTrap(entry: string): boolean {
  return entry.includes('__limpet_u=');
}
