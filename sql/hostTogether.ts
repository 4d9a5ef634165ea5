/** Claims and finishes of a host's sessions, which come at once where many sessions work. Part of `hostCalls`. */
import type { CallOne } from './audit.ts';
import type { ClaimedCommand, CommandResult, OutputPiece, Owned, StoredState } from './hostShapes.ts';
import { Together } from './together.ts';

interface Claim {
  owned: Owned;
  attempt: string;
}

interface Finish extends Claim {
  result: CommandResult;
  state: Uint8Array | StoredState | null;
  next: string | null;
  rest: OutputPiece[];
}

type Finished = { next: ClaimedCommand | null; closed: boolean };

/** Claims of the next command of a session. */
export function claims(one: CallOne): Together<Claim, ClaimedCommand | null> {
  return new Together<Claim, ClaimedCommand | null>({
    alone: ({ owned, attempt }) => one('claim_command', { ...owned, attempt }),
    together: async (calls) => {
      const all = calls.map(({ owned, attempt }) => ({ ...owned, attempt }));
      const claimed = await one<ClaimedCommand[]>('claim_commands', { calls: JSON.stringify(all) });
      return new Map(claimed.map((command) => [command.attempt, command]));
    },
    key: ({ attempt }) => attempt,
    subject: ({ owned }) => owned.session,
    size: () => 0,
  });
}

/** A state that only the database would know by its hash goes alone. */
export function finishes(one: CallOne): (call: Finish) => Promise<Finished> {
  const alone = ({ owned, attempt, result, state, next, rest }: Finish) =>
    one<Finished>('finish_command', { ...owned, attempt, result, ...stateColumns(state), next, ...columns(rest) });
  const together = new Together<Finish, Finished>({
    alone,
    together: async (calls) => {
      let pieces = 0;
      const all = calls.map(({ owned, attempt, result, state, rest }) => {
        const own = [pieces + 1, pieces + rest.length];
        pieces += rest.length;
        return [attempt, { ...owned, result, state_hash: hashOf(state), pieces: own }] as const;
      });
      const rows = columns(calls.flatMap(({ rest }) => rest));
      const attempts = await one<string[]>('finish_commands', {
        calls: JSON.stringify(Object.fromEntries(all)),
        ...rows,
      });
      return new Map(attempts.map((attempt) => [attempt, { next: null, closed: false }]));
    },
    key: ({ attempt }) => attempt,
    subject: ({ owned }) => owned.session,
    size: ({ rest }) => rest.reduce((sum, { bytes }) => sum + bytes.length, 0),
  });
  return (call) => (call.state instanceof Uint8Array ? alone(call) : together.send(call));
}

/** Pieces of output as SQL takes them. */
export function columns(pieces: OutputPiece[]) {
  return {
    streams: pieces.map((piece) => piece.stream),
    offsets: pieces.map((piece) => piece.offset),
    skips: pieces.map((piece) => piece.skip),
    // One parameter of bytes goes as it is; an array of them would go as text, of twice the size and with garbage of four times.
    data: Buffer.concat(pieces.map((piece) => piece.bytes)),
    lengths: pieces.map((piece) => piece.bytes.length),
    ...(pieces.some((piece) => piece.seal) && { seals: pieces.map((piece) => piece.seal ?? null) }),
  };
}

// What is not sealed the database hashes itself.
function stateColumns(state: Uint8Array | StoredState | null) {
  if (state === null || state instanceof Uint8Array) return { state };
  return { state: state.content, ...(state.seal && { state_seal: state.seal, state_hash: state.hash }) };
}

function hashOf(state: Uint8Array | StoredState | null): string | null {
  return state && 'hash' in state ? Buffer.from(state.hash).toString('hex') : null;
}
