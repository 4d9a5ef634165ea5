/**
 * The edge's calls as the rest of it knows them: what is stored sealed is opened here, and what is given to be stored is sealed here, so
 * that nobody else has to know of it. What was stored before, or while `encrypt` was off, comes as it is. A command whose output cannot be
 * opened is told all the same, with `… bytes not shown`; who asks for its bytes is told why not.
 */
import {
  type CommandRow,
  type Log,
  lateOutputPlace,
  outputPlace,
  type Page,
  type Screen,
  type ScreenContent,
  type SealKeys,
  screenPlace,
  statePlace,
} from '../../sql/contract.ts';
import type { EdgeCalls, LatePiece } from '../../sql/edge.ts';
import { toBase64 } from '../bytes.ts';
import { Problem } from '../problem.ts';
import { apart, type Open, openedRow, opening, streamNumber } from './opening.ts';
import { sealingCalls } from './sealing.ts';

interface Sealing {
  keys: SealKeys | undefined;
  /** What is stored from now on is sealed. */
  encrypt: boolean;
  log: Log;
}

/** `calls` with everything opened and, where it is to be, sealed. */
export function openedCalls(calls: EdgeCalls, { keys, encrypt, log }: Sealing): EdgeCalls {
  const open = opening(keys);
  const row = rowOpener(open, log);
  const page = async ({ items, ...rest }: Page<CommandRow>) => ({ ...rest, items: await Promise.all(items.map(row)) });
  const given = encrypt && keys ? { ...calls, ...sealingCalls(calls, keys) } : calls;
  return {
    ...given,
    ...openedReads(calls, open),
    submitCommand: async (...args) => row(await given.submitCommand(...args)),
    execute: async (...args) => row(await given.execute(...args)),
    readCommand: async (...args) => row(await calls.readCommand(...args)),
    cancelCommand: async (...args) => row(await calls.cancelCommand(...args)),
    runInShell: async (...args) => row(await calls.runInShell(...args)),
    listSessionCommands: async (...args) => page(await calls.listSessionCommands(...args)),
    listCommands: async (...args) => page(await calls.listCommands(...args)),
  };
}

function rowOpener(open: Open, log: Log) {
  return async (row: CommandRow): Promise<CommandRow> => {
    try {
      return await openedRow(open, row);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      log('warn', 'output_not_opened', { command_id: row.id, error: error.message });
      return row;
    }
  };
}

function openedReads(calls: EdgeCalls, open: Open) {
  return {
    readOutput: async (...args: Parameters<EdgeCalls['readOutput']>) => {
      const [, id, stream, offset, limit] = args;
      const opened = (await calls.readOutput(...args)).map(async ({ start_offset: start, data, seal }) => {
        if (!seal) return { start_offset: start, data };
        const whole = await open(
          { data: data.slice(), seal: seal.slice() },
          outputPlace(id, streamNumber(stream), start),
        );
        const cut = whole.subarray(Math.max(0, offset - start), Math.max(0, offset + limit - start));
        return { start_offset: Math.max(start, offset), data: cut };
      });
      return Promise.all(opened);
    },
    readRecording: async (...args: Parameters<EdgeCalls['readRecording']>) =>
      Promise.all(
        (await calls.readRecording(...args)).map(async ({ seal, ...row }) => {
          const { command_id: id, stream, start_offset: start, data } = row;
          if (!seal || !id || stream === null || start === null) return row;
          return {
            ...row,
            data: await open({ data: data.slice(), seal: seal.slice() }, outputPlace(id, stream, start)),
          };
        }),
      ),
    listLateOutput: async (...args: Parameters<EdgeCalls['listLateOutput']>) => {
      const { items, before, ...rest } = await calls.listLateOutput(...args);
      const opened = async ({ seal, ...piece }: LatePiece) => {
        if (!seal) return piece;
        const place = lateOutputPlace(piece.command_id, streamNumber(piece.stream));
        return { ...piece, data: toBase64(await open(apart({ data: piece.data, seal }), place)) };
      };
      const [shown, around] = await Promise.all([items, before ?? []].map((pieces) => Promise.all(pieces.map(opened))));
      return { ...rest, items: shown ?? [], ...(before && { before: around ?? [] }) };
    },
    readCommandState: async (...args: Parameters<EdgeCalls['readCommandState']>) => {
      const { seal, ...state } = await calls.readCommandState(...args);
      if (!seal || state.content === null) return state;
      const opened = await open(apart({ data: state.content, seal }), statePlace(state.sha256 ?? ''));
      return { ...state, content: toBase64(opened) };
    },
    readScreen: async (...args: Parameters<EdgeCalls['readScreen']>): Promise<Screen> => {
      const stored: Screen & { sealed?: string; seal?: string } = await calls.readScreen(...args);
      const { sealed: data, seal, ...screen } = stored;
      if (data === undefined || seal === undefined) return stored;
      const opened = await open(apart({ data, seal }), screenPlace(screen.session_id, screen.generation));
      return { ...screen, ...(JSON.parse(new TextDecoder().decode(opened)) as ScreenContent) };
    },
  };
}
