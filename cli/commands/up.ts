import type { Command } from 'commander';
import { up } from '../up.ts';
import { runCommand } from './context.ts';

/** `limpet up`: all in one, behind `npm start`. */
export function addUp(program: Command): void {
  program
    .command('up')
    .description('run all in one: the embedded Postgres (or DATABASE_URL), the API and one host')
    .option('--without-host', 'run everything but the host')
    .action(({ withoutHost = false }: { withoutHost?: boolean }) =>
      runCommand((context) => up({ ...context, withHost: !withoutHost, print: console.log })),
    );
}
