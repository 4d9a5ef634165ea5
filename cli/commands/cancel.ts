import type { Command as Program } from 'commander';
import { hasEnded } from '../../sql/contract/commandStates.ts';
import type { Command } from '../../sql/contract.ts';
import { type Api, apiCommand, runApi } from '../api.ts';
import { findCommand, referenceHelp } from '../client/reference.ts';
import type { ConnectionFlags } from '../client/settings.ts';

type Options = ConnectionFlags & { json?: boolean };

/** As long as the server may wait. */
const waitS = 30;

const examples = `  limpet cancel demo                  what runs in it, with all its processes
  limpet cancel demo:13 demo:14       what is still queued never runs
It returns once the processes are gone. What the command printed is kept.`;

/** `limpet cancel`: ends commands, and says so once they have ended. */
export function addCancel(program: Program): void {
  apiCommand(program, 'cancel', 'end running commands, and keep queued ones from running', examples)
    .argument('<what...>', referenceHelp)
    .option('--json', 'print each command as JSON')
    .action((what: string[], options: Options) => runApi(options, (api) => cancelAll(api, what, options)));
}

async function cancelAll(api: Api, what: string[], { json }: Options): Promise<undefined> {
  const commands = await Promise.all(what.map((one) => findCommand(api.client, one)));
  for (const { id } of commands) {
    let command = await api.client.cancelCommand(id);
    while (!hasEnded(command.state)) command = await api.client.readCommand(id, waitS);
    api.print(json ? JSON.stringify(command) : `${id} ${told(command)}`);
  }
  return undefined;
}

function told({ state, exit_code: code }: Command): string {
  return code === null ? state : `${state} ${code}`;
}
