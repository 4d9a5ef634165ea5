/** The lines that pass between the host and the agent (agent.bash). Pure. */

/** A chunk of output is 64 KiB in base64; a line beyond this is somebody's noise, of which nothing is kept. */
const lineLengthMax = 1024 * 1024;
/** What is kept of what others said before the agent did: it tells why there is none. */
const noiseLengthMax = 2048;

/** One line of the agent's, taken apart. */
export interface Frame {
  kind: string;
  words: string[];
}

/** Finds the agent's lines in what comes from the far side. */
export class FrameReader {
  /** The end of what was not the agent's. */
  noise = '';
  readonly #prefix: string;
  #rest: string[] = [];
  #restLength = 0;

  constructor(secret: string) {
    this.#prefix = `${secret} `;
  }

  /** Takes bytes as they come; returns the lines that they complete. */
  push(bytes: Uint8Array): Frame[] {
    const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').split('\n');
    const last = lines.pop() ?? '';
    if (lines.length > 0) {
      lines[0] = this.#rest.join('') + lines[0];
      this.#rest = [];
      this.#restLength = 0;
    }
    this.#keep(last);
    return lines.flatMap((line) => this.#frameOf(line) ?? []);
  }

  #keep(part: string): void {
    this.#rest.push(part);
    this.#restLength += part.length;
    if (this.#restLength <= lineLengthMax) return;
    this.#rest = [];
    this.#restLength = 0;
  }

  #frameOf(line: string): Frame | null {
    // Noise that ends without a line's end stands before the first word.
    const at = line.indexOf(this.#prefix);
    if (at !== 0) this.noise = `${this.noise}${at < 0 ? `${line}\n` : line.slice(0, at)}`.slice(-noiseLengthMax);
    if (at < 0) return null;
    const [kind = '', ...words] = line.slice(at + this.#prefix.length).split(' ');
    return { kind, words };
  }
}

/** Bytes of a word in base64. */
export function bytesOf(word = ''): Buffer {
  return Buffer.from(word, 'base64');
}

/** A number from 0 to `max`; null if the word is none. */
export function numberOf(word: string | undefined, max: number): number | null {
  return word !== undefined && /^\d{1,9}$/.test(word) && Number(word) <= max ? Number(word) : null;
}
