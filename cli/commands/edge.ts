import type { Command } from 'commander';

/** `limpet edge`: the API alone, on Node. */
export function addEdge(program: Command): void {
  program.command('edge').description('serve the API and the page alone').action(edge);
}

async function edge(): Promise<never> {
  const [{ serveEdge }, { aborted }, { findConnectionString, runCommand }] = await Promise.all([
    import('../edge/serve.ts'),
    import('../signals.ts'),
    import('./context.ts'),
  ]);
  return runCommand(async ({ settings, log, signal }) => {
    const connectionString = await findConnectionString(settings);
    const { LIMPET_LISTEN: host, PORT: port, LIMPET_ENCRYPTION_KEYS: sealKeys, LIMPET_ENCRYPT: encrypt } = settings;
    const edge = await serveEdge({ connectionString, host, port, log, sealKeys, encrypt });
    console.log(`limpet's edge is ready at ${edge.url}`);
    await aborted(signal);
    await edge.close();
  });
}
