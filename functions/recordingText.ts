/**
 * What a session's streams look like on a terminal. A session without one has no prompt and ends lines with a newline alone: both are
 * put in their place here. What a terminal showed stays as it was. Pure.
 */
import type { RecordingRow } from '../sql/edge.ts';

const utf8 = new TextDecoder();
const bold = (text: string) => `\u001b[1m${text}\u001b[0m`;
const faint = (text: string) => `\u001b[2m${text}\u001b[0m`;

interface StreamState {
  decoder: TextDecoder;
  /** The offset that comes next; where a piece begins later, bytes were dropped. */
  next: number;
}

/** One session's recording: gives the text of each command and piece of output. */
export class RecordingText {
  readonly #tty: boolean;
  readonly #streams = new Map<string, StreamState>();
  #column = 0;

  constructor(tty: boolean) {
    this.#tty = tty;
  }

  /** The prompt and the command's text; control characters in it are shown, not obeyed. */
  command(text: string): string {
    if (this.#tty) return '';
    const shown = text
      .replace(/\n$/, '')
      .replaceAll(/[^\P{Cc}\n\t]/gu, caret)
      .replaceAll('\n', `\r\n${bold('>')} `);
    const fresh = this.#freshLine();
    this.#column = 0;
    return `${fresh}${bold('$')} ${shown}\r\n`;
  }

  /** A piece of a command's stream; `offset` undefined where it has none (late output). */
  output(stream: string, bytes: Uint8Array, offset?: number): string {
    const state = this.#streams.get(stream) ?? { decoder: new TextDecoder('utf-8', { ignoreBOM: true }), next: 0 };
    this.#streams.set(stream, state);
    const hole = offset !== undefined && offset > state.next ? offset - state.next : 0;
    const cut = hole > 0 ? `${this.#lines(state.decoder.decode())}${this.#note(`${hole} bytes were dropped`)}` : '';
    state.next = (offset ?? state.next) + bytes.length;
    return cut + this.#lines(state.decoder.decode(bytes, { stream: true }));
  }

  /** The end of a command whose result is `exited 0`, or something to be told. */
  end(seq: number, result: string): string {
    const rest = [1, 2].map((stream) => this.#flush(`${seq} ${stream}`)).join('');
    return this.#tty || result === 'exited 0' ? rest : rest + this.#note(result);
  }

  /** What is left of characters whose end has not come. */
  rest(): string {
    return [...this.#streams.keys()].map((stream) => this.#flush(stream)).join('');
  }

  #flush(stream: string): string {
    const state = this.#streams.get(stream);
    this.#streams.delete(stream);
    return state ? this.#lines(state.decoder.decode()) : '';
  }

  #note(text: string): string {
    const note = `${this.#freshLine()}${faint(`[${text}]`)}\r\n`;
    this.#column = 0;
    return note;
  }

  #freshLine(): string {
    return this.#column === 0 ? '' : '\r\n';
  }

  #lines(text: string): string {
    if (text === '') return '';
    this.#column = /[\r\n]$/.test(text) ? 0 : 1;
    return this.#tty ? text : text.replaceAll(/\r?\n/g, '\r\n');
  }
}

/** The text of a row that holds some. */
export function textOf({ data }: RecordingRow): string {
  return utf8.decode(data);
}

function caret(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? `^${String.fromCharCode(code ^ 0x40)}` : `\\x${code.toString(16)}`;
}
