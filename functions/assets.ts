/**
 * The page's static files: html/public, read through `Assets` (the ASSETS binding in workerd, the file system on Node) and served
 * here in both, below /public. A page names them with the hash of their content, so that a browser asks for each once.
 */
import { type AssetName, type AssetUrls, assetNames } from '../html/page.ts';
import { styleParts } from '../html/styles.ts';
import { joined, sha256 } from './bytes.ts';
import type { Assets, Edge, EdgeApp } from './edge.ts';
import { Problem } from './problem.ts';

interface Asset {
  hash: string;
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}
type Loaded = Record<AssetName, Asset>;

const types: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};
const forEver = 'public, max-age=31536000, immutable';
const forNow = 'public, max-age=300';

/** Adds the route of the static files and returns what gives their addresses. */
export function assetRoutes(app: EdgeApp, { assets }: Edge): () => Promise<AssetUrls> {
  // Only what was read is kept, never the promise: workerd lets no request wait for what another one began.
  let loaded: Loaded | undefined;
  const load = async () => {
    loaded ??= await readAll(assets);
    return loaded;
  };
  app.get('/public/:file', async (c) => {
    const asset = Object.entries(await load()).find(([name]) => name === c.req.param('file'))?.[1];
    if (!asset) throw new Problem('not_found', 'There is no such file.');
    const cache = c.req.query('v') === asset.hash ? forEver : forNow;
    return c.body(asset.bytes, 200, { 'Content-Type': asset.type, 'Cache-Control': cache });
  });
  return async () => {
    const all = Object.entries(await load()).map(([name, { hash }]) => [name, `/public/${name}?v=${hash}`]);
    return Object.fromEntries(all) as AssetUrls;
  };
}

async function readAll(assets: Assets | undefined): Promise<Loaded> {
  if (!assets) throw new Problem('not_found', 'This edge was started without the files of the page.');
  const entries = await Promise.all(assetNames.map(async (name) => [name, await readOne(assets, name)] as const));
  return Object.fromEntries(entries) as Loaded;
}

async function readOne(assets: Assets, name: AssetName): Promise<Asset> {
  const parts = await Promise.all((name === 'limpet.css' ? styleParts : [name]).map((file) => readFile(assets, file)));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = joined(parts, length);
  const hash = Array.from((await sha256(bytes)).subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { hash, type: types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream', bytes };
}

async function readFile(assets: Assets, name: string): Promise<Uint8Array> {
  const response = await assets.fetch(new Request(`http://assets.invalid/${name}`));
  if (!response.ok) throw new Error(`html/public/${name} cannot be read: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
