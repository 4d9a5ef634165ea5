import { Option, type Command as Program } from 'commander';
import { ago, shortDirectory } from '../../html/text.ts';
import type { Session, SessionState } from '../../sql/contract.ts';
import { type Api, apiCommand, runApi } from '../api.ts';
import type { ConnectionFlags } from '../client/settings.ts';
import type { Cell } from '../terminal/table.ts';
import { printList } from './list.ts';
import { positive } from './options.ts';

type Options = ConnectionFlags & { all?: boolean; state?: string; query?: string; limit: number; json?: boolean };

const examples = `  limpet sessions
  limpet sessions --all -q build      closed ones too, by name, id or directory
  limpet sessions --json | jq -r 'select(.queued > 0).id'`;

const openStates: SessionState[] = ['opening', 'ready', 'busy', 'detached'];
const columns = [
  { title: 'SESSION' },
  { title: 'STATE' },
  { title: 'COMMANDS', align: 'right' as const },
  { title: 'QUEUED', align: 'right' as const },
  { title: 'ACTIVE' },
  { title: 'HOST' },
  { title: 'DIRECTORY' },
];

/** `limpet sessions`: the open ones, newest first. */
export function addSessions(program: Program): void {
  apiCommand(program, 'sessions', 'list sessions, newest first', examples)
    .option('-a, --all', 'closed ones, too')
    .addOption(new Option('--state <state>', 'only those in this state').choices([...openStates, 'closed']))
    .option('-q, --query <text>', 'only those with this in their name, id or directory')
    .option('--limit <number>', 'at most so many', positive, 100)
    .option('--json', 'one JSON object a line')
    .action((options: Options) => runApi(options, (api) => sessions(api, options)));
}

async function sessions(api: Api, options: Options): Promise<undefined> {
  const items = await read(api, options);
  const { all, state, query } = options;
  const nothing =
    all || state || query ? 'There is no such session.' : 'No session is open. `limpet open demo` opens one.';
  return printList(api, items, { columns, row: rowOf, json: options.json, nothing });
}

async function read(api: Api, { all, state, query: q, limit }: Options): Promise<Session[]> {
  // Each command of its own leaves a closed session behind: the open ones are not looked for among them.
  const states = state ? [state] : all ? [undefined] : openStates;
  const found = (await Promise.all(states.map((one) => listed(api, { state: one, q }, limit)))).flat();
  return found.sort((a, b) => (a.created_at < b.created_at ? 1 : -1)).slice(0, limit);
}

/** The newest of them: a search may need several pages for it. */
async function listed(api: Api, filter: { state: string | undefined; q: string | undefined }, limit: number) {
  const found: Session[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.client.listSessions({ ...filter, limit: Math.min(limit - found.length, 1000), cursor });
    found.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && found.length < limit);
  return found;
}

function rowOf({ id, name, state, tty, commands, queued, last_active_at, host, cwd }: Session): Cell[] {
  const style = state === 'busy' || state === 'opening' ? 'busy' : state === 'ready' ? 'good' : 'dim';
  return [
    name ?? id,
    { text: tty ? `${state} tty` : state, style },
    String(commands),
    queued === 0 ? '' : String(queued),
    ago(last_active_at, Date.now()),
    host ?? '',
    cwd === null ? '' : shortDirectory(cwd, id),
  ];
}
