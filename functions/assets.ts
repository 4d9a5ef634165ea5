/** The page's static files below /public: the same bytes in workerd (a binding) and on Node (a folder). */
import type { Edge, EdgeApp } from './edge.ts';
import { Problem } from './problem.ts';

/** A file whose name carries its version never changes; the others are asked for again after a while. */
const forEver = 'public, max-age=31536000, immutable';
const forNow = 'public, max-age=300';

/** Adds the route. */
export function assetRoutes(app: EdgeApp, { assets }: Edge): void {
  app.get('/public/:file', async (c) => {
    const file = c.req.param('file');
    const found = await assets?.fetch(
      new Request(new URL(`/${encodeURIComponent(file)}`, c.req.url), { method: 'GET' }),
    );
    if (!found?.ok) throw new Problem('not_found', 'There is no such file.');
    const headers = new Headers(found.headers);
    headers.set('Cache-Control', /-\d+\.\d+\.\d+\./.test(file) ? forEver : forNow);
    return new Response(found.body, { headers });
  });
}
