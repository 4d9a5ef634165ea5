/** Keys and login links by the rights of the database's owner, for whoever has lost, or not yet got, a key. */
import { type Admin, asOwner, makeAdminKey, makeLoginPath } from './admin.ts';
import { findConnectionString, runCommand } from './commands/context.ts';

/** Makes an admin key and prints it. */
export function printAdminKey(name: string): Promise<never> {
  return runCommand(async ({ settings }) => {
    const make = (admin: Admin) => makeAdminKey(admin, name, settings.LIMPET_SHARD);
    console.log(await asOwner(await findConnectionString(settings), make));
  });
}

/** Prints the path of a link that works once. */
export function printLoginLink(): Promise<never> {
  return runCommand(async ({ settings }) => {
    const make = (admin: Admin) => makeLoginPath(admin, settings.LIMPET_SHARD);
    console.log(await asOwner(await findConnectionString(settings), make));
  });
}
