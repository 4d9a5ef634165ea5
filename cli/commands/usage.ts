import { pipeline } from 'node:stream/promises';
import { Option, type Command as Program } from 'commander';
import { duration, size } from '../../html/text.ts';
import type { UsageDay } from '../../sql/contract.ts';
import { type Api, apiCommand, runApi } from '../api.ts';
import type { ConnectionFlags } from '../client/settings.ts';
import type { Cell } from '../terminal/table.ts';
import { printList } from './list.ts';
import { day, time } from './options.ts';

type Options = ConnectionFlags & { from?: string; to?: string; since?: string; json?: boolean; csv?: boolean };
type Usage = { items: UsageDay[]; until: string };

const examples = `  limpet usage                        commands, time and bytes of each key and day, of the last 30 days
  limpet usage --from 2026-01-01 --to 2026-01-31 --csv > january.csv
  limpet usage --json | jq -r .until  the next --since
  limpet usage --csv --since 2026-01-31T09:00:00Z

With --since only the days on which a command has ended since then: each row is the whole day and replaces the one that was told
before. Each answer says what the next --since is, --json and stderr have it.`;

const right = 'right' as const;
const columns = [
  { title: 'DAY' },
  { title: 'COMMANDS', align: right },
  { title: 'FAILED', align: right },
  { title: 'TIME', align: right },
  { title: 'AVERAGE', align: right },
  { title: 'WAITED', align: right },
  { title: 'OUTPUT', align: right },
  { title: 'OWNER' },
  { title: 'KEY' },
];

/** `limpet usage`: what each key used on each day. */
export function addUsage(program: Program): void {
  apiCommand(program, 'usage', 'show what each key used on each day (UTC)', examples)
    .option('--from <day>', 'the first day (default: 30 days before the last)', day)
    .option('--to <day>', 'the last day (default: today)', day)
    .option('--since <time>', 'only days on which a command has ended since', time)
    .option('--json', "the API's answer: items, and until")
    .addOption(new Option('--csv', 'comma-separated, with a line of names').conflicts('json'))
    .action((options: Options) => runApi(options, (api) => usage(api, options)));
}

async function usage(api: Api, { from, to, since, json, csv }: Options): Promise<undefined> {
  const query = { since: from, until: to, changed_since: since, format: csv ? 'csv' : 'json' };
  const response = await api.client.request('GET', '/v1/usage', { query });
  if (csv) {
    await pipeline((response.body ?? []) as unknown as AsyncIterable<Uint8Array>, process.stdout, { end: false });
    return tellNext(api, response.headers.get('Limpet-Until') ?? '', since);
  }
  const told = (await response.json()) as Usage;
  if (json) {
    api.print(JSON.stringify(told));
    return undefined;
  }
  const nothing = since === undefined ? 'Nothing was run in these days.' : 'Nothing has changed since.';
  printList(api, told.items, { columns, row: rowOf, json: false, nothing });
  return tellNext(api, told.until, since);
}

/** Only who keeps a report has a use for it. */
function tellNext(api: Api, until: string, since: string | undefined): undefined {
  if (since !== undefined) api.tell(`The next --since is ${until}`);
  return undefined;
}

function rowOf(row: UsageDay): Cell[] {
  return [
    row.day,
    String(row.commands),
    row.failed === 0 ? '' : { text: String(row.failed), style: 'bad' },
    duration(row.run_ms),
    duration(row.run_ms_avg),
    duration(row.queued_ms_avg),
    size(row.output_bytes),
    row.owner,
    row.key_name,
  ];
}
