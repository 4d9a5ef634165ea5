import type { Command as Program } from 'commander';
import { type Api, apiCommand, runApi } from '../api.ts';
import type { ConnectionFlags } from '../client/settings.ts';
import { number } from './options.ts';

type Options = ConnectionFlags & { after?: number; json?: boolean };

const examples = `  limpet fork demo try-it             begins where demo stands now
  limpet fork demo again --after 12   begins where demo stood after its command 12
  limpet fork demo --after 0          as demo began
Copied are directory, variables, functions, aliases, options and traps; not processes, and not files.`;

/** `limpet fork`: a new session in the state that another one had. */
export function addFork(program: Program): void {
  apiCommand(program, 'fork', 'open a session in the state that another one had', examples)
    .argument('<session>', 'by name or id; it may be busy or closed, and is left as it is')
    .argument('[name]', 'of the new one')
    .option('--after <number>', 'in the state after this command (default: the last one that ended)', number)
    .option('--json', 'print the new session as JSON')
    .action((session: string, name: string | undefined, options: Options) =>
      runApi(options, (api) => fork(api, session, name, options)),
    );
}

async function fork(api: Api, source: string, name: string | undefined, { after, json }: Options): Promise<undefined> {
  const session = await api.client.forkSession(source, {
    ...(name !== undefined && { name }),
    ...(after !== undefined && { after }),
  });
  api.print(json ? JSON.stringify(session) : (session.name ?? session.id));
  api.hint(`It begins after command ${session.forked_from?.seq ?? 0} of ${source}.`);
  return undefined;
}
