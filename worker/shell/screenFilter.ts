/**
 * Passes a terminal's output on to its emulator without what shows nothing and would cost it without bound: numbers that no
 * screen has room for ("scroll up by twenty million"), titles of megabytes, thousands of accents on one letter. Pure.
 *
 * It follows the emulator's own state table, so that both agree where a sequence begins and ends. Source: vt100.net/emu/dec_ansi_parser.
 */

/** Modes (`CSI ? number h`) have up to four digits. */
const privateNumberMax = 9999;
/** Of a title, or of what a program asks by a string. */
export const stringLengthMax = 4096;
/** Marks on one character: more than any script writes, or joins into one picture at a time. */
export const marksMax = 8;
const firstMark = 0x300;

type Phase = 'ground' | 'escape' | 'intermediate' | 'csi' | 'osc' | 'string';

/** What an emulator may take for a mark on the character before: a superset of its own list. */
const mark = /^[\p{M}\p{Cf}\u06de\u1160-\u11ff]$/u;
const phasesAfterEscape = new Map<string, Phase>(
  Object.entries({ '[': 'csi', ']': 'osc', P: 'string', X: 'string', '^': 'string', _: 'string' }),
);

/** One output, whose sequences may come in pieces. */
export class ScreenFilter {
  /** A greater number is passed on as this one. */
  numberMax: number;
  #phase: Phase = 'ground';
  #number: number | null = null;
  #isPrivate = false;
  #stringLength = 0;
  #marks = 0;

  constructor(numberMax: number) {
    this.numberMax = numberMax;
  }

  /** Takes whole code points as they come. What may still change with the next ones is held back. */
  push(text: string): string {
    if (this.#phase === 'ground' && this.#marks === 0 && isPlain(text)) return text;
    const kept: string[] = [];
    let from = 0;
    for (let at = 0; at < text.length; ) {
      const code = text.codePointAt(at) ?? 0;
      const next = at + (code > 0xffff ? 2 : 1);
      const replacement = this.#take(code);
      if (replacement !== null) kept.push(text.slice(from, at), replacement);
      if (replacement !== null) from = next;
      at = next;
    }
    kept.push(text.slice(from));
    return kept.join('');
  }

  /** What stands in place of a character; null: the character. */
  #take(code: number): string | null {
    if (this.#phase === 'csi' && code >= 0x30 && code <= 0x39) return this.#takeDigit(code - 0x30);
    // A control character in a sequence is acted on at once, and the sequence goes on.
    if (this.#phase === 'csi' && isPassing(code)) return null;
    const number = this.#number === null ? '' : String(this.#number);
    const wasString = isString(this.#phase);
    this.#number = null;
    this.#enter(nextPhase(this.#phase, code), code);
    if (wasString && isString(this.#phase)) return this.#stringLength++ < stringLengthMax ? null : '';
    if (this.#isMark(code) && this.#marks++ >= marksMax) return '';
    return number === '' ? null : number + String.fromCodePoint(code);
  }

  #takeDigit(digit: number): string {
    const max = this.#isPrivate ? privateNumberMax : this.numberMax;
    this.#number = Math.min((this.#number ?? 0) * 10 + digit, max);
    return '';
  }

  #enter(phase: Phase, code: number): void {
    if (phase === 'csi' && code >= 0x3c && code <= 0x3f) this.#isPrivate = true;
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#isPrivate = false;
    this.#stringLength = 0;
  }

  // Anything else between two marks has the emulator put the second one on nothing.
  #isMark(code: number): boolean {
    const found = this.#phase === 'ground' && code >= firstMark && mark.test(String.fromCodePoint(code));
    if (!found) this.#marks = 0;
    return found;
  }
}

/** Has it no sequences and no marks? */
function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x1b || (unit >= 0x80 && unit <= 0x9f) || unit >= firstMark) return false;
  }
  return true;
}

function nextPhase(phase: Phase, code: number): Phase {
  if (code === 0x1b) return 'escape';
  if (code === 0x18 || code === 0x1a) return 'ground';
  if (code >= 0x80 && code <= 0x9f) return afterEscape(code - 0x40);
  if (phase === 'ground' || phase === 'string') return phase;
  if (phase === 'osc') return code === 0x07 ? 'ground' : 'osc';
  if (isPassing(code)) return phase;
  if (phase === 'csi') return code < 0x40 ? 'csi' : 'ground';
  if (code >= 0x20 && code <= 0x2f) return 'intermediate';
  return phase === 'escape' ? afterEscape(code) : 'ground';
}

function afterEscape(code: number): Phase {
  return phasesAfterEscape.get(String.fromCodePoint(code)) ?? 'ground';
}

/** Control characters that do not end a sequence. */
function isPassing(code: number): boolean {
  return (code < 0x20 && code !== 0x18 && code !== 0x1a && code !== 0x1b) || code === 0x7f;
}

function isString(phase: Phase): boolean {
  return phase === 'osc' || phase === 'string';
}
