/** Standard input, sent to a command as it comes, byte for byte. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from './index.ts';
import { Refused, Unreachable } from './problem.ts';

/** Sent at once: few calls for much input, and far below what may wait for a command. */
const pieceBytesMax = 256 * 1024;
/** A command that has not read what waits for it is asked again after this … */
const fullMsMin = 20;
/** … and after at most this, for as long as it lives. */
const fullMsMax = 1_000;

/**
 * Sends all that `input` gives, and then its end. Each piece carries its offset, so that repeating it after a lost answer is
 * harmless. Returns early when the command has ended: it did not want the rest.
 */
export async function sendInput(
  client: Client,
  id: string,
  input: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  let offset = 0;
  for await (const chunk of input) {
    for (let at = 0; at < chunk.length; at += pieceBytesMax) {
      const piece = chunk.subarray(at, at + pieceBytesMax);
      if (!(await sendPiece(client, id, piece, offset, false, signal))) return;
      offset += piece.length;
    }
  }
  await sendPiece(client, id, new Uint8Array(), offset, true, signal);
}

/** False when the command has ended. */
async function sendPiece(
  client: Client,
  id: string,
  piece: Uint8Array,
  offset: number,
  eof: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  for (let pauseMs = fullMsMin; ; pauseMs = Math.min(pauseMs * 2, fullMsMax)) {
    try {
      await client.writeStdin(id, piece, offset, eof, signal);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      const code = error instanceof Refused ? error.code : undefined;
      if (code === 'command_ended') return false;
      // Whoever follows the command gives up when nobody answers for too long; until then its input waits.
      if (code !== 'stdin_full' && !(error instanceof Unreachable)) throw error;
      await delay(pauseMs, undefined, { signal }).catch(() => {});
    }
  }
}
