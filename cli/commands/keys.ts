import type { Command } from 'commander';
import { asOwner, makeAdminKey, makeLoginPath } from '../admin.ts';
import { findConnectionString, runCommand } from './context.ts';

/** `limpet keys`: for whoever owns the database and has lost, or not yet got, a key. Other keys are made by the API. */
export function addKeys(program: Command): void {
  const keys = program.command('keys').description("make admin keys and login links, by the database owner's rights");
  keys
    .command('create')
    .description('make an admin key and print it')
    .option('--name <name>', 'what it is for', 'cli')
    .action(({ name }: { name: string }) =>
      runCommand(async ({ settings }) => {
        console.log(await asOwner(await findConnectionString(settings), (admin) => makeAdminKey(admin, name)));
      }),
    );
  keys
    .command('link')
    .description('print the path of a link that logs one browser in, once')
    .action(() =>
      runCommand(async ({ settings }) => {
        console.log(await asOwner(await findConnectionString(settings), makeLoginPath));
      }),
    );
}
