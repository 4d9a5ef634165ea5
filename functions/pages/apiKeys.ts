/** The pages of keys, for admins. */
import { keyPage } from '../../html/apiKey.ts';
import { type FreshKey, keysPage } from '../../html/apiKeys.ts';
import { sha256, utf8 } from '../bytes.ts';
import type { Edge, EdgeApp, EdgeContext } from '../edge.ts';
import { isUuid, uuidv7 } from '../ids.ts';
import { asProblem, Problem } from '../problem.ts';
import { newKey } from '../shards.ts';
import { field, leadTo } from './forms.ts';
import { frameOf, type LoadAssets } from './frame.ts';
import { graceOf, keyChangeOf, newKeyOf } from './keyForm.ts';

/** Adds the routes. A secret is in the answer that made it and in no other, so that answer leads nowhere. */
export function keyPageRoutes(app: EdgeApp, edge: Edge, assets: LoadAssets): void {
  const { calls } = edge;
  const list = async (c: EdgeContext, fresh?: FreshKey, madeId?: string) => {
    const [frame, { items: keys }] = await Promise.all([frameOf(c, edge, assets), calls.listKeys(c.get('credential'))]);
    const made = keys.find(({ id }) => id === madeId);
    return c.html(keysPage(frame, { keys, nowMs: Date.now(), id: uuidv7(), fresh, made }));
  };
  app.get('/keys', (c) => list(c));

  app.post('/keys', async (c) => {
    const options = await newKeyOf(c);
    const given = (await field(c, 'id')).toLowerCase();
    const id = isUuid(given) ? given : uuidv7();
    const key = newKey(id, edge.settings.shard);
    try {
      await calls.createKey(c.get('credential'), id, await sha256(utf8(key)), options);
    } catch (error) {
      if (asProblem(error).code !== 'id_taken') throw error;
      return list(c, undefined, id);
    }
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
  const read = async (c: EdgeContext, id: string) => {
    const { items } = await calls.listKeys(c.get('credential'));
    const key = items.find((item) => item.id === id);
    if (!key) throw new Problem('not_found', 'There is no such key.');
    return key;
  };
  const one = async (c: EdgeContext, id: string, fresh?: FreshKey, isRepeated = false) => {
    const [frame, key] = await Promise.all([frameOf(c, edge, assets), read(c, id)]);
    return c.html(keyPage(frame, key, Date.now(), fresh, isRepeated));
  };
  app.get('/keys/:id', (c) => one(c, c.req.param('id')));

  app.post('/keys/:id', async (c) => {
    await calls.changeKey(c.get('credential'), c.req.param('id'), await keyChangeOf(c));
    return leadTo(c, `/keys/${c.req.param('id')}`);
  });

  app.post('/keys/:id/rotate', async (c) => {
    const id = c.req.param('id');
    const graceMs = await graceOf(c);
    const shown = await field(c, 'shown');
    if (shown !== '' && shown !== ((await read(c, id)).rotated_at ?? 'never')) return one(c, id, undefined, true);
    const key = newKey(id, edge.settings.shard);
    const { name } = await calls.rotateKey(c.get('credential'), id, await sha256(utf8(key)), graceMs);
    return one(c, id, { name, key });
  });
}
