import type { Command } from 'commander';

/** `limpet edge`: the API alone, on Node. */
export function addEdge(program: Command): void {
  program.command('edge').description('serve the API and the page alone').action(edge);
}

async function edge(): Promise<never> {
  const [{ edgeSettings, serveEdge }, { aborted }, { findConnectionString, runCommand }] = await Promise.all([
    import('../edge/serve.ts'),
    import('../signals.ts'),
    import('./context.ts'),
  ]);
  return runCommand(async ({ settings, log, signal }) => {
    const connectionString = await findConnectionString(settings);
    const edge = await serveEdge({ connectionString, log, ...edgeSettings(settings) });
    console.log(`limpet's edge is ready at ${edge.url}`);
    await aborted(signal);
    await edge.close();
  });
}
