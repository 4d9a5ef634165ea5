/** Keys and login links by the rights of the database's owner, for whoever has lost, or not yet got, a key. */
import { asOwner, makeAdminKey, makeLoginPath } from './admin.ts';
import { findConnectionString, runCommand } from './commands/context.ts';

/** Makes an admin key and prints it. */
export function printAdminKey(name: string): Promise<never> {
  return runCommand(async ({ settings }) => {
    console.log(await asOwner(await findConnectionString(settings), (admin) => makeAdminKey(admin, name)));
  });
}

/** Prints the path of a link that works once. */
export function printLoginLink(): Promise<never> {
  return runCommand(async ({ settings }) => {
    console.log(await asOwner(await findConnectionString(settings), makeLoginPath));
  });
}
