import type { Command } from 'commander';
import { migrate } from '../../sql/migrate.ts';
import { unlessAborted } from '../signals.ts';
import { findConnectionString, runCommand } from './context.ts';

/** `limpet migrate`: brings DATABASE_URL to this version. */
export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description("bring the database to this version, by its owner's direct connection")
    .action(() =>
      runCommand(async ({ settings, log, signal }) => {
        await unlessAborted(signal, migrate(await findConnectionString(settings), log));
        log('info', 'migrated');
      }),
    );
}
