/** The page's static files on Node: read once, so that no request can name another file. */
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Assets } from '../../functions/edge.ts';

const folder = fileURLToPath(new URL('../../html/public/', import.meta.url));
const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** All files of html/public. Throws where the folder is missing. */
export async function readAssets(): Promise<Assets> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  const files = new Map(await Promise.all(names.map(async (name) => [name, await readFile(folder + name)] as const)));
  return {
    async fetch(request) {
      const name = decodeURIComponent(new URL(request.url).pathname.slice(1));
      const bytes = files.get(name);
      if (!bytes) return new Response(null, { status: 404 });
      return new Response(new Uint8Array(bytes), {
        headers: { 'Content-Type': types[extname(name)] ?? 'application/octet-stream' },
      });
    },
  };
}
