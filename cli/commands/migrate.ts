import type { Command } from 'commander';

/** `limpet migrate`: brings DATABASE_URL to this version. */
export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description("bring the database to this version, by its owner's direct connection")
    .action(bringUp);
}

async function bringUp(): Promise<never> {
  const [{ migrate }, { unlessAborted }, { findConnectionString, runCommand }] = await Promise.all([
    import('../../sql/migrate.ts'),
    import('../signals.ts'),
    import('./context.ts'),
  ]);
  return runCommand(async ({ settings, log, signal }) => {
    await unlessAborted(signal, migrate(await findConnectionString(settings), log));
    log('info', 'migrated');
  });
}
