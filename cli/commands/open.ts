import type { Command as Program } from 'commander';
import { type Api, apiCommand, runApi } from '../api.ts';
import type { ConnectionFlags } from '../client/settings.ts';
import { collectPairs, positive } from './options.ts';

type Options = ConnectionFlags & {
  tty?: boolean;
  cwd?: string;
  env?: Record<string, string>;
  label?: Record<string, string>;
  idleTimeout?: string;
  mergeOutput?: boolean;
  cols?: number;
  rows?: number;
  pool?: string;
  json?: boolean;
};

const examples = `  limpet open demo                              then: limpet exec -s demo 'cd /srv'
  limpet open build -C /srv -e CI=1 -l team=web
  S=$(limpet open)                              without a name: its id
  limpet open screen --tty                      with a terminal, for full-screen programs`;

/** `limpet open`: a session, whose name or id is printed. */
export function addOpen(program: Program): void {
  apiCommand(program, 'open', 'open a session: a shell that keeps its state', examples)
    .argument('[name]', 'how you will call it; one open session a name')
    .option('--tty', 'with a terminal')
    .option('-C, --cwd <directory>', 'where it begins')
    .option('-e, --env <name=value>', 'a variable of its environment; may be repeated', collectPairs)
    .option('-l, --label <name=value>', 'to find it by; may be repeated', collectPairs)
    .option('--idle-timeout <duration>', 'idle for so long, its state is kept and its shell ended')
    .option('--merge-output', 'send stderr into stdout, in the order written')
    .option('--cols <number>', 'width of its terminal', positive)
    .option('--rows <number>', 'height of its terminal', positive)
    .option('--pool <pool>', 'hosts that it may be on')
    .option('--json', 'print the session as JSON')
    .action((name: string | undefined, options: Options) => runApi(options, (api) => open(api, name, options)));
}

async function open(api: Api, name: string | undefined, options: Options): Promise<undefined> {
  const {
    tty,
    cwd,
    env,
    label: labels,
    idleTimeout: idle_timeout,
    mergeOutput: merge_output,
    cols,
    rows,
    pool,
  } = options;
  const given = { name, tty, cwd, env, labels, idle_timeout, merge_output, cols, rows, pool };
  const session = await api.client.openSession(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  );
  const shown = session.name ?? session.id;
  api.print(options.json ? JSON.stringify(session) : shown);
  api.hint(tty ? `Work in it: \`limpet attach ${shown}\`` : `Run something in it: \`limpet exec -s ${shown} pwd\``);
  return undefined;
}
