/**
 * The edge's calls with secrets masked in everything that they give of commands, output, states and screens, for whoever shows or exports
 * it. A mask is as long as what it hides, so offsets, ranges and resumed events stay what they are. Digests and sizes are those of what is stored,
 * and the record, which has no such text, is given as it is: what was signed stays to be verified.
 */
import type { CommandRow, LastCommand, Page, Replay } from '../../sql/contract.ts';
import type { EdgeCalls } from '../../sql/edge.ts';
import { fromBase64, toBase64 } from '../bytes.ts';
import { maskBytes, maskText } from './mask.ts';
import { maskedLate, maskedRecording } from './recordings.ts';
import type { Rule } from './rules.ts';
import { maskedScreen } from './screen.ts';
import { maskedEnds, maskedPieces } from './windows.ts';

/** Pieces of late output that are looked at in front of a page. */
const lateContext = 16;

/** `calls` with the rules applied. */
export function redactedCalls(calls: EdgeCalls, rules: readonly Rule[]): EdgeCalls {
  if (rules.length === 0) return calls;
  const row = (given: CommandRow) => maskedRow(rules, given);
  const page = ({ items, ...rest }: Page<CommandRow>) => ({ ...rest, items: items.map(row) });
  const replay = (given: Replay): Replay => ({
    ...given,
    items: given.items.map((item) => ({ ...item, command: maskText(rules, item.command, { end: true }).text })),
  });
  return {
    ...calls,
    ...maskedBytesOf(calls, rules),
    submitCommand: masking(calls.submitCommand, row),
    execute: masking(calls.execute, row),
    runInShell: masking(calls.runInShell, row),
    readCommand: masking(calls.readCommand, row),
    cancelCommand: masking(calls.cancelCommand, row),
    listCommands: masking(calls.listCommands, page),
    listSessionCommands: masking(calls.listSessionCommands, page),
    listHistory: masking(calls.listHistory, (texts) => texts.map((text) => maskText(rules, text).text)),
    listLastCommands: masking(calls.listLastCommands, (items: LastCommand[]) =>
      items.map((item) => ({ ...item, command: maskText(rules, item.command, { end: true }).text })),
    ),
    replaySession: masking(calls.replaySession, replay),
    readReplay: masking(calls.readReplay, replay),
    readScreen: masking(calls.readScreen, (screen) => maskedScreen(rules, screen)),
    readCommandState: masking(calls.readCommandState, ({ content, environment, ...state }) => ({
      ...state,
      content: content === null ? null : toBase64(maskBytes(rules, fromBase64(content)).bytes),
      environment: Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [name, maskText(rules, value).text]),
      ),
    })),
  };
}

/** The same call, with what it gives masked. */
function masking<Args extends unknown[], Given>(
  call: (...args: Args) => Promise<Given>,
  mask: (given: Given) => Given,
) {
  return async (...args: Args): Promise<Given> => mask(await call(...args));
}

function maskedRow(rules: readonly Rule[], row: CommandRow): CommandRow {
  const { text: command, names } = maskText(rules, row.command);
  const redacted = new Set(names);
  const ends = (['stdout', 'stderr'] as const).map((name) => maskedEnds(rules, row, name, redacted));
  return Object.assign({}, row, ...ends, { command }, redacted.size > 0 && { redacted: [...redacted] });
}

/** The calls that give a stream's bytes, for which more is read than is given. */
function maskedBytesOf(calls: EdgeCalls, rules: readonly Rule[]) {
  return {
    readOutput: (...[credential, id, stream, offset, limit]: Parameters<EdgeCalls['readOutput']>) =>
      maskedPieces(rules, (from, bytes) => calls.readOutput(credential, id, stream, from, bytes), offset, limit),
    readRecording: async (...args: Parameters<EdgeCalls['readRecording']>) => {
      const rows = await calls.readRecording(...args);
      const [credential] = args;
      return maskedRecording(
        rules,
        rows,
        (command, stream) => (from, bytes) =>
          calls.readOutput(credential, command, stream === 1 ? 'stdout' : 'stderr', from, bytes),
      );
    },
    listLateOutput: async (...[credential, session, page]: Parameters<EdgeCalls['listLateOutput']>) => {
      const { before = [], ...rest } = await calls.listLateOutput(credential, session, {
        ...page,
        context: lateContext,
      });
      return { ...rest, items: maskedLate(rules, before, rest.items) };
    },
  };
}
