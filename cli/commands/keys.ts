import type { Command as Program } from 'commander';
import { ago } from '../../html/text.ts';
import type { ApiKey, Scope } from '../../sql/contract.ts';
import { type Api, apiCommand, runApi } from '../api.ts';
import { clientEnvironment } from '../client/env.ts';
import type { ConnectionFlags } from '../client/settings.ts';
import type { Cell } from '../terminal/table.ts';
import { addChanges, printNew } from './keyChanges.ts';
import { type LimitFlags, limitOptions, limitsOf } from './keyLimits.ts';
import { printList } from './list.ts';
import { choices, futureTime } from './options.ts';

type CreateOptions = ConnectionFlags &
  LimitFlags & {
    name: string;
    owner?: string;
    scope?: Scope[];
    expires?: string;
    byDatabase?: boolean;
    json?: boolean;
  };

const description = `make, list, change, rotate and revoke keys

Through the API, by an admin key. Where there is no key, or with --by-database, \`create\` makes an admin key by the rights of
the database's owner: DATABASE_URL, or the data directory of the \`limpet up\` that runs on this machine.`;

const createExamples = `  export LIMPET_KEY="$(limpet keys create)"      the first one, where \`limpet up\` runs
  limpet keys create --name ci --owner team-web --scope execute --expires 90d
  limpet keys create --name bot --scope execute --allow ls,cat,git --timeout-max 1m --per-minute 60
An owner sees only what its own keys made. read sees, execute runs as well, admin sees all owners' and makes keys.`;

const columns = ['ID', 'NAME', 'OWNER', 'SCOPES', 'STATE', 'USED'].map((title) => ({ title }));

/** `limpet keys`. */
export function addKeys(program: Program): void {
  const keys = program.command('keys').summary('make, list, change, rotate and revoke keys').description(description);
  limitOptions(apiCommand(keys, 'create', 'make a key and print it, this once', createExamples))
    .option('--name <name>', 'what it is for', 'cli')
    .option('--owner <owner>', 'whose it is; by default the same as of the key that makes it')
    .option(
      '--scope <scope>',
      'read, execute or admin; may be repeated (default: admin)',
      choices('read', 'execute', 'admin'),
    )
    .option('--expires <when>', 'a time, or a number of hours or days from now: 12h, 90d', futureTime)
    .option('--by-database', "by the rights of the database's owner, although there is a key")
    .option('--json', 'print all of it as JSON')
    .action(create);
  apiCommand(keys, 'list', 'list keys, without their secrets', '  limpet keys list --json')
    .option('--json', 'one JSON object a line')
    .action((options: ConnectionFlags & { json?: boolean }) => runApi(options, (api) => list(api, options.json)));
  addChanges(keys);
  apiCommand(keys, 'revoke', 'have keys refused from the next call on', '  limpet keys revoke 0190f6a1-…')
    .argument('<id...>', 'as `limpet keys list` shows it')
    .action((ids: string[], options: ConnectionFlags) =>
      runApi(options, async ({ client }) => {
        for (const id of ids) await client.revokeKey(id);
        return undefined;
      }),
    );
  keys
    .command('link')
    .description("print the path of a link that logs one browser in, once, by the rights of the database's owner")
    .action(async () => (await import('../ownKeys.ts')).printLoginLink());
}

async function create(options: CreateOptions): Promise<never> {
  const { byDatabase, keyFile, name, owner, scope, expires, json } = options;
  const hasKey = keyFile !== undefined || clientEnvironment().LIMPET_KEY !== undefined;
  if (hasKey && !byDatabase) return runApi(options, (api) => createByKey(api, options));
  if (owner ?? scope ?? expires ?? json ?? Object.keys(limitsOf(options))[0]) {
    console.error(
      'limpet: Without a key, only an admin key can be made, with a name alone. Set LIMPET_KEY for others.',
    );
    process.exit(2);
  }
  return (await import('../ownKeys.ts')).printAdminKey(name);
}

async function createByKey(
  api: Api,
  { name, owner, scope = ['admin'], expires, json, ...flags }: CreateOptions,
): Promise<undefined> {
  const made = await api.client.createKey({
    name,
    scopes: scope,
    ...(owner !== undefined && { owner }),
    ...(expires !== undefined && { expires_at: expires }),
    ...limitsOf(flags),
  });
  return printNew(api, made, json);
}

async function list(api: Api, json: boolean | undefined): Promise<undefined> {
  const { items } = await api.client.listKeys();
  return printList(api, items, { columns, row: rowOf, json, nothing: 'There is no key.' });
}

function rowOf({ id, name, owner, scopes, expires_at, revoked_at, last_used_at }: ApiKey): Cell[] {
  const now = Date.now();
  const hasExpired = expires_at !== null && Date.parse(expires_at) <= now;
  const state = revoked_at
    ? 'revoked'
    : hasExpired
      ? 'expired'
      : expires_at
        ? `until ${expires_at.slice(0, 10)}`
        : 'valid';
  const style = revoked_at || hasExpired ? 'dim' : 'good';
  const used = last_used_at === null ? 'never' : ago(last_used_at, now);
  return [id, name, owner, scopes.join(' '), { text: state, style }, used];
}
