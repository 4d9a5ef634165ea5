import type { Command } from 'commander';

/** `limpet up`: all in one, behind `npm start`. */
export function addUp(program: Command): void {
  program
    .command('up')
    .description('run all in one: the embedded Postgres (or DATABASE_URL), the API and one host')
    .option('--without-host', 'run everything but the host')
    .option('--config <file>', "shelld's config file; also LIMPET_CONFIG or SHELLD_CONFIG")
    .action(async ({ withoutHost = false, config }: { withoutHost?: boolean; config?: string }) => {
      const [{ configuredUp }, { runCommand }] = await Promise.all([import('../config/up.ts'), import('./context.ts')]);
      return runCommand((context) => configuredUp({ ...context, withHost: !withoutHost, print: console.log }, config));
    });
}
