/** A text that comes in pieces, without its escape sequences, whatever the pieces cut. Pure. */
import { stripAnsi } from './view.ts';

const esc = '\u001b';
/** A sequence that is longer than this is not waited for: nothing a terminal obeys is as long. */
const heldLengthMax = 64 * 1024;

/** One such text: takes its pieces, and holds back what the next may change. */
export class PlainText {
  #held = '';

  /** What of the text so far can be told: newlines for ends of lines, and no sequence, begun or whole. */
  add(piece: string): string {
    const text = this.#held + piece;
    const from = heldFrom(text);
    this.#held = text.slice(from);
    return plain(text.slice(0, from));
  }

  /** What was held back. */
  rest(): string {
    const text = this.#held;
    this.#held = '';
    return plain(text);
  }
}

/** Where the last sequence begins that may go on in the next piece, or an end of line of which half is here. */
function heldFrom(text: string): number {
  const last = text.lastIndexOf(esc);
  const mayGoOn = last >= 0 && text.length - last <= heldLengthMax && stripAnsi(text.slice(last)) === '';
  if (mayGoOn) return last;
  return text.endsWith('\r') ? text.length - 1 : text.length;
}

function plain(text: string): string {
  return stripAnsi(text).replaceAll('\r\n', '\n');
}
