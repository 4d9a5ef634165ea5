/** Words as bash prints them for reuse (`declare -p`, `alias -p`, `trap -p`), read back. Texts are bytes, a character each. Pure. */

/** A word's value, and where it ended. */
interface Word {
  value: string;
  end: number;
}

const ansiC: Record<string, string> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The word that begins at `from`: quoted and plain pieces up to a blank, a `)` or a `]` outside quotes. */
export function readWord(text: string, from = 0): Word {
  let value = '';
  let at = from;
  while (at < text.length && !/[\s)\]]/.test(text.charAt(at))) {
    const piece = readPiece(text, at);
    value += piece.value;
    at = piece.end;
  }
  return { value, end: at };
}

function readPiece(text: string, at: number): Word {
  const rest = text.slice(at, at + 2);
  if (rest === "$'") return readAnsiC(text, at + 2);
  if (rest.startsWith("'")) return readUntil(text, at + 1, "'");
  if (rest.startsWith('"')) return readDouble(text, at + 1);
  if (rest.startsWith('\\')) return { value: text.charAt(at + 1), end: at + 2 };
  return { value: text.charAt(at), end: at + 1 };
}

function readUntil(text: string, from: number, quote: string): Word {
  const end = text.indexOf(quote, from);
  return end < 0 ? { value: text.slice(from), end: text.length } : { value: text.slice(from, end), end: end + 1 };
}

/** In double quotes a backslash stands before `$`, a backquote, `"` and `\` alone. */
function readDouble(text: string, from: number): Word {
  let at = from;
  let value = '';
  while (at < text.length && text[at] !== '"') {
    if (text[at] === '\\' && /[$`"\\\n]/.test(text.charAt(at + 1))) at += 1;
    value += text.charAt(at);
    at += 1;
  }
  return { value, end: at + 1 };
}

function readAnsiC(text: string, from: number): Word {
  const pattern = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|([\s\S]))|([^\\'])/y;
  pattern.lastIndex = from;
  let value = '';
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const [, octal, hex, letter, plain] = found;
    if (octal !== undefined) value += String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    else if (hex !== undefined) value += String.fromCharCode(Number.parseInt(hex, 16));
    else value += plain ?? ansiC[letter ?? ''] ?? letter;
    from = pattern.lastIndex;
  }
  return { value, end: from + 1 };
}

/** The elements of `([0]="a" [key]="b" )`, by index or key, in the order printed. */
export function readArray(text: string): [key: string, value: string][] {
  const elements: [string, string][] = [];
  for (let at = text.indexOf('[') + 1; at > 0; at = text.indexOf('[', at) + 1) {
    const key = readWord(text, at);
    const value = readWord(text, key.end + 2);
    elements.push([key.value, value.value]);
    at = value.end;
  }
  return elements;
}
