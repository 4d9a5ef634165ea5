/** A recorded state, which is bash's own text (worker/shell/state.ts), as fields. Pure. */
import type { ShellState } from '../sql/contract.ts';
import { readArray, readWord } from './bashWords.ts';

type Fields = Pick<ShellState, 'umask' | 'variables' | 'unset' | 'functions' | 'aliases' | 'options' | 'traps'>;
type Variable = ShellState['variables'][number];

const attributes: Record<string, string> = {
  x: 'exported',
  r: 'readonly',
  i: 'integer',
  a: 'array',
  A: 'associative',
  l: 'lowercase',
  u: 'uppercase',
  c: 'capitalized',
  n: 'nameref',
  t: 'traced',
};
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads a state: parts that end with NUL. What is none of bash's forms is passed over. */
export function parseState(content: Uint8Array): Fields {
  const fields: Fields = {
    umask: null,
    variables: [],
    unset: [],
    functions: [],
    aliases: {},
    options: null,
    traps: [],
  };
  for (const part of latin1(content).split('\0')) readPart(part, fields);
  return fields;
}

/** The state of a session of which nothing was recorded yet: what it was given. */
export function initialState(environment: Record<string, string>): Fields {
  const variables = Object.entries(environment).map(([name, value]) => ({ name, attributes: ['exported'], value }));
  return { ...parseState(new Uint8Array()), variables };
}

function readPart(part: string, fields: Fields): void {
  const [kind, rest] = kindOf(part);
  if (kind === 'umask') fields.umask = text(rest);
  else if (kind === 'declare') fields.variables.push(readVariable(rest));
  else if (kind === 'unset') fields.unset.push(text(rest));
  else if (kind === 'alias') addAlias(rest, fields);
  else if (kind === 'trap') addTrap(rest, fields);
  else if (kind === 'options') addOptions(rest, fields);
  else if (kind === 'function') fields.functions.push({ name: functionName(part), definition: text(part.trimEnd()) });
}

const kinds: [RegExp, string][] = [
  [/^builtin umask (?=\d)/, 'umask'],
  [/^declare (?=-[-\w]+ \w)/, 'declare'],
  [/^unset -v /, 'unset'],
  [/^builtin alias (?:-- )?/, 'alias'],
  [/^builtin trap -- /, 'trap'],
  [/^__limpet_options /, 'options'],
  [/^(?:function )?\S+ \(\) \n/, 'function'],
];

function kindOf(part: string): [kind: string | undefined, rest: string] {
  for (const [start, kind] of kinds) {
    const found = start.exec(part);
    if (found) return [kind, part.slice(found[0].length)];
  }
  return [undefined, part];
}

function readVariable(rest: string): Variable {
  const [, flags = '', name = '', assigned] = /^-([-\w]+) (\w+)(?:=([\s\S]*))?$/.exec(rest) ?? [];
  const letters = Array.from(flags).filter((letter) => letter !== '-');
  const isArray = letters.some((letter) => letter === 'a' || letter === 'A');
  return {
    name,
    attributes: letters.map((letter) => attributes[letter] ?? letter),
    value: assignedValue(assigned, isArray),
  };
}

function assignedValue(assigned: string | undefined, isArray: boolean): Variable['value'] {
  if (assigned === undefined) return null;
  if (!isArray) return text(readWord(assigned).value);
  return Object.fromEntries(readArray(assigned).map(([key, value]) => [text(key), text(value)]));
}

function addAlias(rest: string, { aliases }: Fields): void {
  const equals = rest.indexOf('=');
  // A name like __proto__ is a name like any other.
  Object.defineProperty(aliases, text(rest.slice(0, equals)), {
    value: text(readWord(rest, equals + 1).value),
    enumerable: true,
  });
}

function addTrap(rest: string, { traps }: Fields): void {
  const { value, end } = readWord(rest);
  traps.push({ signal: text(rest.slice(end).trim()), command: text(value) });
}

function addOptions(rest: string, fields: Fields): void {
  const set = readWord(rest);
  const shopt = readWord(rest, set.end + 1);
  fields.options = { set: names(set.value), shopt: names(shopt.value) };
}

function names(list: string): string[] {
  return list.split(':').filter(Boolean);
}

function functionName(part: string): string {
  return text(/^(?:function )?(\S+) \(\) \n/.exec(part)?.[1] ?? '');
}

/** Bytes a character each, so that bash's quoting is read before what it quotes is decoded. */
function latin1(bytes: Uint8Array): string {
  let result = '';
  for (let at = 0; at < bytes.length; at += 8192) result += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return result;
}

function text(characters: string): string {
  return utf8.decode(Uint8Array.from(characters, (character) => character.charCodeAt(0)));
}
