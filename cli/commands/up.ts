import type { Command } from 'commander';

/** `limpet up`: all in one, behind `npm start`. */
export function addUp(program: Command): void {
  program
    .command('up')
    .description('run all in one: the embedded Postgres (or DATABASE_URL), the API and one host')
    .option('--without-host', 'run everything but the host')
    .action(async ({ withoutHost = false }: { withoutHost?: boolean }) => {
      const [{ up }, { runCommand }] = await Promise.all([import('../up.ts'), import('./context.ts')]);
      return runCommand((context) => up({ ...context, withHost: !withoutHost, print: console.log }));
    });
}
