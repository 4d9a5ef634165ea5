/** What every page is given. */
import { getCookie } from 'hono/cookie';
import { type AssetUrls, type Frame, strangersFrame } from '../../html/page.ts';
import { readView, type View, viewCookie } from '../../html/view.ts';
import type { Edge, EdgeContext } from '../edge.ts';

/** How the pages get at their files. */
export type LoadAssets = () => Promise<AssetUrls>;

/** The frame for who is logged in. Throws `unauthorized` for who is not. */
export async function frameOf(c: EdgeContext, { calls }: Edge, assets: LoadAssets): Promise<Frame> {
  const [urls, identity] = await Promise.all([assets(), calls.whoami(c.get('credential'))]);
  const user = { name: identity.key_name, isAdmin: identity.scopes.includes('admin') };
  return { assets: urls, user, view: viewOf(c) };
}

/** The frame for anybody. */
export async function openFrame(c: EdgeContext, assets: LoadAssets): Promise<Frame> {
  return strangersFrame(await assets(), viewOf(c));
}

/** How this browser wants it. */
export function viewOf(c: EdgeContext): View {
  return readView(getCookie(c, viewCookie));
}

/** A field of the address; an empty one is none. */
export function queryField(c: EdgeContext, name: string): string | undefined {
  return c.req.query(name)?.slice(0, 256) || undefined;
}
