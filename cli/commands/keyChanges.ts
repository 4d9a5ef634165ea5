/** `limpet keys change` and `limpet keys rotate`. */
import type { Command as Program } from 'commander';
import type { ApiKey } from '../../sql/contract.ts';
import { type Api, apiCommand, runApi } from '../api.ts';
import type { ConnectionFlags } from '../client/settings.ts';
import { type LimitFlags, limitOptions, limitsOf, nullFor } from './keyLimits.ts';
import { futureTime } from './options.ts';

/** Adds both. */
export function addChanges(keys: Program): void {
  const examples = `  limpet keys change 0190f6a1-… --per-minute 120 --deny none
What is not named stays; "none" takes a limit away. It holds from the next command on.`;
  limitOptions(apiCommand(keys, 'change', "change a key's name, end, quotas or lists", examples))
    .argument('<id>', 'as `limpet keys list` shows it')
    .option('--name <name>', 'what it is for')
    .option('--expires <when>', 'a time, or a number of hours or days from now, or "none"', (text: string) =>
      text === 'none' ? text : futureTime(text),
    )
    .action(change);
  apiCommand(
    keys,
    'rotate',
    'give a key another secret and print it, this once',
    '  limpet keys rotate 0190f6a1-… --grace 1h',
  )
    .argument('<id>', 'as `limpet keys list` shows it')
    .option('--grace <duration>', 'how long the old secret is still taken; 0 where others have seen it (default: 24h)')
    .option('--json', 'print all of it as JSON')
    .action((id: string, options: ConnectionFlags & { grace?: string; json?: boolean }) =>
      runApi(options, async (api) => printNew(api, await api.client.rotateKey(id, options.grace), options.json)),
    );
}

function change(
  id: string,
  { name, expires, ...flags }: ConnectionFlags & LimitFlags & { name?: string; expires?: string },
): Promise<never> {
  return runApi(flags, async ({ client }) => {
    const json = {
      ...(name !== undefined && { name }),
      ...(expires !== undefined && { expires_at: nullFor(expires) }),
      ...limitsOf(flags),
    };
    await client.changeKey(id, json);
    return undefined;
  });
}

/** Prints a new secret, or all that is known of its key. */
export function printNew(api: Api, made: ApiKey & { key: string }, json: boolean | undefined): undefined {
  api.print(json ? JSON.stringify(made) : made.key);
  api.hint('It is shown this once. `limpet keys revoke` takes it back.');
  return undefined;
}
