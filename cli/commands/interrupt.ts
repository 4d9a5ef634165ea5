import type { Command as Program } from 'commander';
import { type Api, apiCommand, runApi } from '../api.ts';
import { findCommand, referenceHelp } from '../client/reference.ts';
import type { ConnectionFlags } from '../client/settings.ts';

const examples = `  limpet interrupt demo               whatever runs in it
  limpet interrupt demo:12            this command, if it runs
The command decides what to do about it; limpet cancel ends it for certain.`;

/** `limpet interrupt`: Ctrl-C from elsewhere. */
export function addInterrupt(program: Program): void {
  apiCommand(program, 'interrupt', 'press Ctrl-C for a running command', examples)
    .argument('<what>', referenceHelp)
    .action((what: string, options: ConnectionFlags) => runApi(options, (api) => interrupt(api, what)));
}

async function interrupt(api: Api, what: string): Promise<undefined> {
  const { id } = await findCommand(api.client, what);
  await api.client.signalCommand(id, 'INT');
  return undefined;
}
