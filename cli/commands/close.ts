import type { Command as Program } from 'commander';
import { apiCommand, runApi } from '../api.ts';
import type { ConnectionFlags } from '../client/settings.ts';

const examples = `  limpet close demo
What runs in it is ended, what is queued never runs. Its history stays: limpet history demo`;

/** `limpet close`: ends sessions. Repeating it is harmless. */
export function addClose(program: Program): void {
  apiCommand(program, 'close', 'close sessions; their history stays', examples)
    .argument('<session...>', 'by name or id')
    .action((sessions: string[], options: ConnectionFlags) =>
      runApi(options, async ({ client }) => {
        for (const session of sessions) await client.closeSession(session);
        return undefined;
      }),
    );
}
