/** Keys by name, as the bytes that an xterm sends for them. Pure. Source: xterm's ctlseqs, "PC-Style Function Keys". */
import type { Key } from './terminalTypes.ts';

/** Sent with a letter: `CSI letter`, or `SS3 letter` while the program asks for application cursor keys. */
const cursorKeys = new Map(Object.entries({ Up: 'A', Down: 'B', Right: 'C', Left: 'D', End: 'F', Home: 'H' }));
/** Always `SS3 letter`. */
const functionKeys = new Map(Object.entries({ F1: 'P', F2: 'Q', F3: 'R', F4: 'S' }));
/** Sent with a number: `CSI number ~`. */
const numberedKeys = new Map(
  Object.entries({
    Insert: 2,
    Delete: 3,
    PageUp: 5,
    PageDown: 6,
    F5: 15,
    F6: 17,
    F7: 18,
    F8: 19,
    F9: 20,
    F10: 21,
    F11: 23,
    F12: 24,
  }),
);
const plainKeys = new Map(Object.entries({ Enter: '\r', Tab: '\t', Escape: '\x1b', Backspace: '\x7f', Space: ' ' }));

interface Modifiers {
  shift: boolean;
  alt: boolean;
  control: boolean;
}

/** The bytes that keys send. A text that names a key is that key; every other one, and `text`, is typed as it is. */
export function keyBytes(keys: Key[], applicationCursor: boolean): Uint8Array {
  const typed = keys.map((key) => (typeof key === 'string' ? (sequence(key, applicationCursor) ?? key) : key.text));
  return Buffer.from(typed.join(''));
}

function sequence(name: string, applicationCursor: boolean): string | null {
  const [, prefix = '', key = ''] = /^((?:[CMAS]-)*)(.+)$/su.exec(name) ?? [];
  const modifiers = { shift: prefix.includes('S'), alt: /[MA]/.test(prefix), control: prefix.includes('C') };
  const special = specialKey(key, modifiers, applicationCursor);
  if (special !== null) return special;
  if (prefix === '' && !plainKeys.has(key)) return null;
  const plain = plainKey(key, modifiers);
  return plain === null ? null : `${modifiers.alt ? '\x1b' : ''}${plain}`;
}

function specialKey(key: string, modifiers: Modifiers, applicationCursor: boolean): string | null {
  const { shift, alt, control } = modifiers;
  const modifier = 1 + (shift ? 1 : 0) + (alt ? 2 : 0) + (control ? 4 : 0);
  const letter = cursorKeys.get(key) ?? functionKeys.get(key);
  const number = numberedKeys.get(key);
  if (number !== undefined) return modifier > 1 ? `\x1b[${number};${modifier}~` : `\x1b[${number}~`;
  if (letter === undefined) return null;
  if (modifier > 1) return `\x1b[1;${modifier}${letter}`;
  return functionKeys.has(key) || applicationCursor ? `\x1bO${letter}` : `\x1b[${letter}`;
}

function plainKey(key: string, { shift, control }: Modifiers): string | null {
  if (key === 'Tab' && shift) return '\x1b[Z';
  if (control) return controlCharacter(key);
  // Shift with a character is another character: who means it types it.
  return plainKeys.get(key) ?? (!shift && [...key].length === 1 ? key : null);
}

function controlCharacter(key: string): string | null {
  if (key === 'Space') return '\0';
  if (key === '?') return '\x7f';
  return /^[@-_a-z]$/.test(key) ? String.fromCharCode(key.toUpperCase().charCodeAt(0) & 0x1f) : null;
}
