/** The page of keys, for admins. */
import { z } from '@hono/zod-openapi';
import { keysPage } from '../../html/apiKeys.ts';
import { Scope } from '../../sql/contract.ts';
import { sha256, utf8 } from '../bytes.ts';
import type { Edge, EdgeApp, EdgeContext } from '../edge.ts';
import { Label } from '../fields.ts';
import { uuidv7 } from '../ids.ts';
import { newKey } from '../keys.ts';
import { Problem } from '../problem.ts';
import { leadTo } from './forms.ts';
import { frameOf, type LoadAssets } from './frame.ts';

const Form = z.object({
  name: Label,
  owner: Label.optional(),
  scopes: z.array(Scope).min(1),
  expires: z.iso.date().optional(),
});

/** Adds the routes. */
export function keyPageRoutes(app: EdgeApp, edge: Edge, assets: LoadAssets): void {
  const { calls } = edge;
  app.get('/keys', async (c) => {
    const [frame, { items }] = await Promise.all([frameOf(c, edge, assets), calls.listKeys(c.get('credential'))]);
    return c.html(keysPage(frame, items, Date.now()));
  });

  app.post('/keys', async (c) => {
    const { expires, ...options } = await readForm(c);
    const id = uuidv7();
    const key = newKey(id);
    // To the end of that day, as one means it.
    const expires_at = expires && new Date(Date.parse(expires) + 86_400_000).toISOString();
    await calls.createKey(c.get('credential'), id, await sha256(utf8(key)), { ...options, expires_at });
    const [frame, { items }] = await Promise.all([frameOf(c, edge, assets), calls.listKeys(c.get('credential'))]);
    return c.html(keysPage(frame, items, Date.now(), { name: options.name, key }));
  });

  app.post('/keys/:id/revoke', async (c) => {
    await calls.revokeKey(c.get('credential'), c.req.param('id'));
    return leadTo(c, '/keys');
  });
}

async function readForm(c: EdgeContext) {
  const { name, owner, scopes, expires } = await c.req.parseBody({ all: true });
  const given = { name, owner: owner || undefined, scopes: [scopes ?? []].flat(), expires: expires || undefined };
  const parsed = Form.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Problem('invalid', `The field "${String(issue?.path[0])}": ${issue?.message}.`, {
    hint: 'Go back and change it.',
  });
}
