/**
 * What is sealed where, and for which place. A place keeps what is moved by accident, in a restore say, from opening as something else. It
 * keeps nothing from who may write to the database: they can make themselves a key of the API.
 */

/** A session's secrets. */
export function secretsPlace(session: string): string {
  return `limpet/session-secrets/v1/${session}`;
}

/** A piece of a command's output: the stream as it is stored, 1 or 2, and where it begins. */
export function outputPlace(command: string, stream: 1 | 2, startOffset: number): string {
  return `limpet/output/v1/${command}/${stream}/${startOffset}`;
}

/** What a command's background jobs wrote after its end. Who seals it does not know yet where it will stand. */
export function lateOutputPlace(command: string, stream: 1 | 2): string {
  return `limpet/late-output/v1/${command}/${stream}`;
}

/** A shell's state, by its address in hex: sessions that have the same one share its row. */
export function statePlace(address: string): string {
  return `limpet/state/v1/${address}`;
}

/** A command's input. Its offset is not known where its caller gives none. */
export function stdinPlace(command: string): string {
  return `limpet/stdin/v1/${command}`;
}

/** Keys for a terminal: the edge knows their session by its name alone. */
export const keysPlace = 'limpet/keys/v1';

/** What the terminal of a session's shell shows. */
export function screenPlace(session: string, generation: number): string {
  return `limpet/screen/v1/${session}/${generation}`;
}

/** A sealed piece as JSON carries it: both in base64. `seal` null: it is stored as it is. */
interface SealedText {
  data: string;
  seal: string | null;
}

/** In place of a stream's head and tail: the stored pieces that they are in, in order, of which each is to have `view` bytes at most. */
export interface SealedEnds {
  view: number;
  pieces: (SealedText & { start_offset: number })[];
}

/** One of the parts of a command's input, in their order: how long it is, and the command it was sealed for. */
export interface StdinSeal {
  of: string;
  bytes: number;
  seal: string | null;
}
