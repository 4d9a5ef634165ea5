/** A host's calls with what shells write, leave and show sealed before Postgres has it: the rest of the host need not know of it. */
import { createHmac } from 'node:crypto';
import {
  lateOutputPlace,
  limits,
  outputPlace,
  type SealKeys,
  screenPlace,
  sealApart,
  statePlace,
} from '../../sql/contract.ts';
import type { AttemptPiece, ClaimedCommand, HostCalls, OutputPiece, StoredState } from '../../sql/host.ts';

/** The calls, sealing under the first of `keys`. */
export function sealingCalls(calls: HostCalls, keys: SealKeys): HostCalls {
  const commands = new Commands();
  return {
    ...calls,
    claimCommand: async (...args) => commands.learn(await calls.claimCommand(...args)),
    releaseClaim: async (owned, attempt, problem) => {
      await calls.releaseClaim(owned, attempt, problem);
      commands.forget(attempt);
      return null;
    },
    appendOutput: async (incarnation, pieces) => {
      const sealed = pieces.map((piece) => sealedPieces(keys, commands.of(piece.attempt), piece));
      return calls.appendOutput(incarnation, (await Promise.all(sealed)).flat());
    },
    appendLateOutput: async (owned, piece) => {
      if (piece.data.length === 0) return calls.appendLateOutput(owned, piece);
      const sealed = await sealApart(keys, copied(piece.data), lateOutputPlace(piece.command, piece.stream));
      return calls.appendLateOutput(owned, { ...piece, ...sealed });
    },
    storeScreen: async (owned, generation, screen) => {
      const bytes = copied(Buffer.from(JSON.stringify(screen)));
      const { data, seal } = await sealApart(keys, bytes, screenPlace(owned.session, generation));
      return calls.storeScreen(owned, generation, { sealed: base64(data), seal: base64(seal) });
    },
    finishCommand: async (owned, attempt, result, state, next, rest) => {
      const pieces = rest.map((piece) => sealedPieces(keys, commands.of(attempt), piece));
      const sealed = state && (await sealedState(keys, state instanceof Uint8Array ? state : state.content));
      const all = (await Promise.all(pieces)).flat();
      const answer = await calls.finishCommand(owned, attempt, result, sealed, next, all);
      commands.forget(attempt);
      return { ...answer, next: commands.learn(answer.next) };
    },
  };
}

/** Which command each token in hand is of: output is sealed for its command, and appended by its token. */
class Commands {
  readonly #ids = new Map<string, string>();

  learn(command: ClaimedCommand | null): ClaimedCommand | null {
    if (command?.state === 'running') this.#ids.set(command.attempt, command.id);
    return command;
  }

  forget(attempt: string): void {
    this.#ids.delete(attempt);
  }

  of(attempt: string): string {
    const id = this.#ids.get(attempt);
    if (id === undefined) throw new Error(`Nobody knows which command ${attempt} is a token of.`);
    return id;
  }
}

/** A piece as rows that a reader opens one by one: a row is opened whole, however little of it is shown. */
async function sealedPieces<Piece extends OutputPiece | AttemptPiece>(
  keys: SealKeys,
  command: string,
  piece: Piece,
): Promise<Piece[]> {
  const rows: Promise<Piece>[] = [];
  // An empty piece tells of a hole, and stays one.
  if (piece.bytes.length === 0) return [piece];
  for (let at = 0; at < piece.bytes.length; at += limits.sealedChunkBytes) {
    const bytes = copied(piece.bytes.subarray(at, at + limits.sealedChunkBytes));
    const offset = piece.offset + at;
    const sealed = sealApart(keys, bytes, outputPlace(command, piece.stream, offset));
    const skip = at === 0 ? piece.skip : 0;
    rows.push(sealed.then(({ data, seal }) => ({ ...piece, offset, skip, bytes: data, seal })));
  }
  return Promise.all(rows);
}

/** A state under the address that only a holder of the key can work out: by a plain digest a reader of the database could try guesses. */
async function sealedState(keys: SealKeys, state: Uint8Array): Promise<StoredState> {
  const [[, key = new Uint8Array()] = []] = keys;
  const addressKey = createHmac('sha256', key).update('limpet/state-address/v1').digest();
  const hash = createHmac('sha256', addressKey).update(state).digest();
  const { data, seal } = await sealApart(keys, copied(state), statePlace(hash.toString('hex')));
  return { content: data, seal, hash };
}

function copied(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
