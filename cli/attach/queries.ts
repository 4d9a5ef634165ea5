/**
 * Leaves out of a terminal's output what asks the terminal something. The host's emulator has answered it already; the
 * answers of a second terminal would reach the program as if they were typed. Pure.
 */

const esc = '\x1b';

/** Sources: xterm's ctlseqs; https://sw.kovidgoyal.net/kitty/keyboard-protocol for `CSI ? u`. */
const questions = [
  String.raw`\x1b\[[>=]?[\d;]*c`, // device attributes
  String.raw`\x1b\[\??[\d;]*n`, // status, cursor position
  String.raw`\x1b\[\??[\d;]*\$p`, // modes
  String.raw`\x1b\[>\d*q`, // version
  String.raw`\x1b\[\?u`, // keyboard protocol
  String.raw`\x1b\[[01]?x`, // parameters
  String.raw`\x1b\[(?:1[1-9]|2[01])(?:;\d+)*t`, // window
  String.raw`\x1b\](?:4;\d+|1\d|52;\w*);\?(?:\x07|\x1b\\)`, // colours, clipboard
  String.raw`\x1bP[$+]q[^\x1b]*\x1b\\`, // settings
  String.raw`\x05`, // who are you
];
const question = new RegExp(questions.join('|'), 'g');
/** A sequence that may go on with the next bytes. */
const unfinished = new RegExp(`${esc}(?:\\[[0-?]*[ -/]*|\\][^\\x07${esc}]*${esc}?|P[^${esc}]*${esc}?)?$`);
/** Longer ones are no questions, and are not held back. */
const heldBytesMax = 4096;

/** One terminal's output on its way to another that must not answer. */
export class QueryFilter {
  #held = '';

  /** Takes bytes as they come; gives what the terminal may have of them. */
  push(bytes: Uint8Array): Uint8Array {
    const text = this.#held + Buffer.from(bytes).toString('latin1');
    const at = text.search(unfinished);
    const isHeld = at >= 0 && text.length - at <= heldBytesMax;
    this.#held = isHeld ? text.slice(at) : '';
    return Buffer.from((isHeld ? text.slice(0, at) : text).replace(question, ''), 'latin1');
  }

  /** What is held back still, when no more comes. */
  end(): Uint8Array {
    const held = this.#held;
    this.#held = '';
    return Buffer.from(held, 'latin1');
  }
}
