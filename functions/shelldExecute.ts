/** POST /execute: one command in this key's shell, waited for as long as shelld would. */
import { type CommandRow, hasEnded } from '../sql/contract.ts';
import { readText } from './body.ts';
import { headerBytes } from './bytes.ts';
import { parseGoDuration } from './durations.ts';
import type { Edge, EdgeContext, ShelldSettings } from './edge.ts';
import { Problem } from './problem.ts';
import { answerOutput, endOf } from './shelldOutput.ts';
import { plain } from './shelldProblems.ts';
import { submitted } from './submit.ts';

interface Order {
  command: string;
  waitMs: number;
}

/** Runs the body. 200 with the output; 202 where it has not ended in time: it goes on. */
export async function execute(edge: Edge, c: EdgeContext): Promise<Response> {
  const credential = c.get('credential');
  const order = await readOrder(edge, c).catch(async (error: unknown) => {
    // Whether the key is good and its shell locked is said first.
    await edge.calls.readShell(credential);
    throw error;
  });
  const row = await submitted(edge, c, order.waitMs, (id) => edge.calls.runInShell(credential, id, order.command));
  if (!hasEnded(row.state)) {
    return plain(202, 'The command timed out. The shell is busy and the command is still running.', endOf(row));
  }
  return answerEnded(edge, c, row);
}

async function readOrder(edge: Edge, c: EdgeContext): Promise<Order> {
  const command = await readText(c, 'commandBytesMax');
  if (command === '') throw new Problem('bad_request', 'The command cannot be empty.');
  return { command, waitMs: waitMsOf(c.req.header('x-command-timeout'), edge.shelld) };
}

/** What X-Command-Timeout grants: what is not positive means the default, what is too long the maximum. */
function waitMsOf(header: string | undefined, { waitMs, waitMsMax }: ShelldSettings): number {
  if (!header) return waitMs;
  // A µ comes as one character, or as the two bytes that it is sent as.
  const asked = parseGoDuration(header) ?? parseGoDuration(new TextDecoder().decode(headerBytes(header)));
  if (asked === undefined) throw new Problem('bad_request', 'The X-Command-Timeout header is invalid.');
  return asked > 0 ? Math.min(asked, waitMsMax) : waitMs;
}

async function answerEnded(edge: Edge, c: EdgeContext, row: CommandRow): Promise<Response> {
  if (row.state === 'lost') {
    const sentence =
      'The host that ran the command is gone: it may have run in part, and is not run again. GET /output has what it printed.';
    return plain(500, sentence, endOf(row));
  }
  if (row.state === 'expired') return plain(500, 'The command never ran: no host took it in time.', endOf(row));
  const neverRan = row.state === 'shell_exited' && row.problem !== null;
  if (neverRan || row.state === 'killed' || row.state === 'cancelled') {
    // What /unlock ended belongs to a shell that is no longer there: this throws `not_locked`.
    const { state } = await edge.calls.readShell(c.get('credential'));
    if (neverRan && state === 'unrecoverable') throw new Problem('unrecoverable', 'No shell could be started.');
    if (neverRan) return plain(500, row.problem ?? '', endOf(row));
  }
  return answerOutput(edge, c, row);
}
