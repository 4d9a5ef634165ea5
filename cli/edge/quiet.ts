/** How long a server has been asked for nothing. */
import type { Server } from 'node:http';

/** Machines ask these for ever, with nobody behind them. */
const probes = ['/health', '/ready'];

/**
 * A function that gives the ms since the last request ended, 0 while one is open. Neither probes nor callers without a valid key
 * count once they are answered.
 */
export function watchQuiet(server: Server): () => number {
  let open = 0;
  let since = performance.now();
  server.on('request', (request, response) => {
    if (probes.includes(request.url ?? '')) return;
    open += 1;
    response.once('close', () => {
      open -= 1;
      if (response.statusCode !== 401) since = performance.now();
    });
  });
  return () => (open > 0 ? 0 : performance.now() - since);
}
