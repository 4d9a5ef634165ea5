import type { Command as Program } from 'commander';
import { type Api, apiCommand, runApi } from '../api.ts';
import { Refused } from '../client/problem.ts';
import { findCommand } from '../client/reference.ts';
import type { ConnectionFlags } from '../client/settings.ts';
import { exitCodes } from '../watch/ending.ts';
import { lastLines } from '../watch/lastLines.ts';
import { tailSession } from '../watch/session.ts';
import { leavingSignal } from '../watch/signals.ts';
import { watch } from '../watch/watch.ts';
import { positive } from './options.ts';

type Options = ConnectionFlags & { lines?: number };

const examples = `  limpet tail demo:12                 a command: all that it printed, then what it prints, until it ends
  limpet tail -n 20 0190f6a1-…        by its id, beginning with the last 20 lines
  limpet tail demo                    a session: each command as it runs, until Ctrl-C

The exit code of a command's tail is the command's, as with limpet exec. Ctrl-C leaves; the command goes on.`;

/** `limpet tail`: watches a command or a session and changes nothing. */
export function addTail(program: Program): void {
  apiCommand(program, 'tail', 'follow a command or a session', examples)
    .argument('<what>', 'a session, a command as SESSION:NUMBER, or a command by its id')
    .option('-n, --lines <number>', 'begin with the last lines of each stream', positive)
    .action((what: string, options: Options) => runApi(options, (api) => tail(api, what, options), exitCodes.failed));
}

async function tail(api: Api, what: string, { lines }: Options): Promise<number> {
  const signal = leavingSignal();
  const session = await sessionNamed(api, what);
  if (session !== undefined) return tailSession(api, session, what, lines, signal);
  const { id } = await findCommand(api.client, what);
  const from = lines === undefined ? undefined : await lastLines(api.client, id, lines);
  return watch(api, { id, reference: what, own: false }, { signal, ...(from && { from }) });
}

/** The id of the session of this name; undefined where there is none, so that a command is meant. */
async function sessionNamed(api: Api, what: string): Promise<string | undefined> {
  try {
    return (await api.client.readSession(what)).id;
  } catch (error) {
    if (error instanceof Refused && error.code === 'not_found') return undefined;
    throw error;
  }
}
