import type { Command } from 'commander';
import type * as AdminModule from '../admin.ts';
import type { Admin } from '../admin.ts';

/** `limpet keys`: for whoever owns the database and has lost, or not yet got, a key. Other keys are made by the API. */
export function addKeys(program: Command): void {
  const keys = program.command('keys').description("make admin keys and login links, by the database owner's rights");
  keys
    .command('create')
    .description('make an admin key and print it')
    .option('--name <name>', 'what it is for', 'cli')
    .action(({ name }: { name: string }) =>
      byOwner(
        ({ makeAdminKey }) =>
          (admin) =>
            makeAdminKey(admin, name),
      ),
    );
  keys
    .command('link')
    .description('print the path of a link that logs one browser in, once')
    .action(() => byOwner(({ makeLoginPath }) => makeLoginPath));
}

/** Prints what is made by the rights of the database's owner. */
async function byOwner(choose: (made: typeof AdminModule) => (admin: Admin) => Promise<string>): Promise<never> {
  const [made, { findConnectionString, runCommand }] = await Promise.all([
    import('../admin.ts'),
    import('./context.ts'),
  ]);
  return runCommand(async ({ settings }) => {
    console.log(await made.asOwner(await findConnectionString(settings), choose(made)));
  });
}
