import type { Command } from 'commander';
import { serveEdge } from '../edge/serve.ts';
import { aborted } from '../signals.ts';
import { findConnectionString, runCommand } from './context.ts';

/** `limpet edge`: the API alone, on Node. */
export function addEdge(program: Command): void {
  program
    .command('edge')
    .description('serve the API and the page alone')
    .action(() =>
      runCommand(async ({ settings, log, signal }) => {
        const connectionString = await findConnectionString(settings);
        const edge = await serveEdge({ connectionString, host: settings.LIMPET_LISTEN, port: settings.PORT, log });
        console.log(`limpet's edge is ready at ${edge.url}`);
        await aborted(signal);
        await edge.close();
      }),
    );
}
