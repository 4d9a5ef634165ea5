import { Option, type Command as Program } from 'commander';
import { ago, duration } from '../../html/text.ts';
import { commandStates, hasEnded } from '../../sql/contract/commandStates.ts';
import type { Command } from '../../sql/contract.ts';
import { type Api, apiCommand, runApi } from '../api.ts';
import type { ConnectionFlags } from '../client/settings.ts';
import type { Style } from '../terminal/style.ts';
import type { Cell } from '../terminal/table.ts';
import { printList } from './list.ts';
import { positive } from './options.ts';

type Options = ConnectionFlags & { state?: string; query?: string; limit: number; json?: boolean };

const examples = `  limpet history demo                 the last 30 commands of a session; a NUMBER goes with it: limpet tail demo:12
  limpet history                      of all sessions, with ids
  limpet history demo -q make --state exited --limit 5
  limpet history --json | jq -r 'select(.exit_code != 0).command'`;

const right = 'right' as const;
const columns = [{ title: 'WHEN' }, { title: 'TOOK', align: right }, { title: 'END' }, { title: 'COMMAND' }];

/** `limpet history`: commands and how they ended, the newest at the bottom. */
export function addHistory(program: Program): void {
  apiCommand(program, 'history', 'list commands and how they ended, the newest last', examples)
    .argument('[session]', 'of this session alone')
    .addOption(new Option('--state <state>', 'only those in this state').choices(commandStates))
    .option('-q, --query <text>', 'only those with this in their text or output')
    .option('--limit <number>', 'at most so many', positive, 30)
    .option('--json', 'one JSON object a line')
    .action((session: string | undefined, options: Options) =>
      runApi(options, (api) => history(api, session, options)),
    );
}

async function history(
  api: Api,
  session: string | undefined,
  { state, query: q, limit, json }: Options,
): Promise<undefined> {
  const items: Command[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.client.listCommands({
      session,
      state,
      q,
      cursor,
      limit: Math.min(limit - items.length, 1000),
    });
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && items.length < limit);
  const first = session === undefined ? { title: 'ID' } : { title: 'NUMBER', align: right };
  return printList(api, items.reverse(), {
    columns: [first, ...columns],
    row: (command) => [session === undefined ? command.id : String(command.seq), ...rowOf(command)],
    json,
    nothing: 'There is no such command.',
  });
}

function rowOf(command: Command): Cell[] {
  const { created_at, run_ms, command: text } = command;
  return [ago(created_at, Date.now()), run_ms === null ? '' : duration(run_ms), endOf(command), text.trim()];
}

/** The exit code where it says all, else the state. */
function endOf(command: Command): Cell {
  const { state, exit_code: code } = command;
  const style: keyof Style = !hasEnded(state) ? 'busy' : state === 'exited' && code === 0 ? 'good' : 'bad';
  if (state === 'exited') return { text: String(code), style };
  return { text: code === null || state === 'timed_out' ? state : `${state} ${code}`, style };
}
