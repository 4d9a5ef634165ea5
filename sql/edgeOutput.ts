/** The edge's calls about what commands wrote. Part of `edgeCalls`. */
import { call, callRows } from './call.ts';
import type { Page, Query, StreamName } from './contract.ts';
import type { Credential } from './edge.ts';

/** A piece of a stored stream. `next_offset` is where to read on; `total` what was written so far. */
export interface OutputPiece {
  data: Uint8Array;
  start_offset: number;
  /** Of a sealed piece, which comes whole; null, or not there, where it is not sealed. */
  seal?: Uint8Array | null;
}

/** How far a stream is stored. `complete`: the command has ended and nothing will be added. */
export interface OutputExtent {
  total: number;
  complete: boolean;
  state: string;
  /** Bytes that were dropped: from `hole_start` to before `hole_end`. Null where none were. */
  hole_start: number | null;
  hole_end: number | null;
}

/** What a background job wrote after its command had ended; `data` in base64. */
export interface LatePiece {
  position: number;
  command_id: string;
  seq: number;
  stream: StreamName;
  data: string;
  /** Where it is sealed: base64. */
  seal?: string | null;
  stored_at: string;
}

/** The typed calls over one `query`. */
export function outputCalls(query: Query) {
  const one = <Result>(name: string, args: Record<string, unknown>) => call<Result>(query, 'limpet_edge', name, args);
  return {
    /** How far the stream is stored; offsets below `total` can be read, except where bytes were dropped. */
    readOutputExtent: (credential: Credential, id: string, stream: StreamName) =>
      one<OutputExtent>('read_output_extent', { credential, id, stream }),
    /** Stored pieces in order from `offset`, at most `limit` bytes in all, cut at both ends. */
    readOutput: async (credential: Credential, id: string, stream: StreamName, offset: number, limit: number) =>
      (await callRows<OutputPiece>(query, 'limpet_edge', 'read_output', { credential, id, stream, offset, limit })).map(
        (piece) => ({ ...piece, start_offset: Number(piece.start_offset) }),
      ),
    /** What background jobs wrote after their commands had ended: at most `limit` pieces, at most `bytes` in all; `context` more before. */
    listLateOutput: (
      credential: Credential,
      session: string,
      page: { after?: number | undefined; limit: number; bytes: number; context?: number },
    ) =>
      one<Page<LatePiece> & { before?: LatePiece[] }>('list_late_output', {
        credential,
        session,
        ...page,
        after: page.after,
      }),
  };
}
