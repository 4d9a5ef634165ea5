/** The pages of keys, for admins. */
import { keyPage } from '../../html/apiKey.ts';
import { type FreshKey, keysPage } from '../../html/apiKeys.ts';
import { sha256, utf8 } from '../bytes.ts';
import type { Edge, EdgeApp, EdgeContext } from '../edge.ts';
import { uuidv7 } from '../ids.ts';
import { Problem } from '../problem.ts';
import { newKey } from '../shards.ts';
import { leadTo } from './forms.ts';
import { frameOf, type LoadAssets } from './frame.ts';
import { graceOf, keyChangeOf, newKeyOf } from './keyForm.ts';

/** Adds the routes. A secret is in the answer that made it and in no other, so that answer leads nowhere. */
export function keyPageRoutes(app: EdgeApp, edge: Edge, assets: LoadAssets): void {
  const { calls } = edge;
  const list = async (c: EdgeContext, fresh?: FreshKey) => {
    const [frame, { items }] = await Promise.all([frameOf(c, edge, assets), calls.listKeys(c.get('credential'))]);
    return c.html(keysPage(frame, items, Date.now(), fresh));
  };
  app.get('/keys', (c) => list(c));

  app.post('/keys', async (c) => {
    const options = await newKeyOf(c);
    const id = uuidv7();
    const key = newKey(id, edge.settings.shard);
    await calls.createKey(c.get('credential'), id, await sha256(utf8(key)), options);
    return list(c, { name: options.name, key });
  });

  app.post('/keys/:id/revoke', async (c) => {
    await calls.revokeKey(c.get('credential'), c.req.param('id'));
    return leadTo(c, '/keys');
  });
  oneKeyRoutes(app, edge, assets);
}

function oneKeyRoutes(app: EdgeApp, edge: Edge, assets: LoadAssets): void {
  const { calls } = edge;
  const one = async (c: EdgeContext, id: string, fresh?: FreshKey) => {
    const [frame, { items }] = await Promise.all([frameOf(c, edge, assets), calls.listKeys(c.get('credential'))]);
    const key = items.find((item) => item.id === id);
    if (!key) throw new Problem('not_found', 'There is no such key.');
    return c.html(keyPage(frame, key, Date.now(), fresh));
  };
  app.get('/keys/:id', (c) => one(c, c.req.param('id')));

  app.post('/keys/:id', async (c) => {
    await calls.changeKey(c.get('credential'), c.req.param('id'), await keyChangeOf(c));
    return leadTo(c, `/keys/${c.req.param('id')}`);
  });

  app.post('/keys/:id/rotate', async (c) => {
    const id = c.req.param('id');
    const graceMs = await graceOf(c);
    const key = newKey(id, edge.settings.shard);
    const { name } = await calls.rotateKey(c.get('credential'), id, await sha256(utf8(key)), graceMs);
    return one(c, id, { name, key });
  });
}
