/** API keys, for admins: make, list, revoke. */
import { createRoute, z } from '@hono/zod-openapi';
import { ApiKey as ApiKeyShape, Scope } from '../sql/contract.ts';
import { requestBody } from './body.ts';
import { sha256, toBase64Url, utf8 } from './bytes.ts';
import type { Edge, EdgeApp } from './edge.ts';
import { Label, PathId, Timestamp } from './fields.ts';
import { uuidv7 } from './ids.ts';
import { json, keyedProblems, pageOf, security } from './responses.ts';

const tags = ['Keys'];
const ApiKey = z.object(ApiKeyShape.shape).openapi('ApiKey');
const NewKey = ApiKey.extend({ key: z.string().describe('The key itself, shown this once') }).openapi('NewKey');

const body = requestBody({
  name: 'KeyRequest',
  schema: z.strictObject({
    name: Label,
    owner: Label.optional(),
    scopes: z.array(Scope).min(1).max(3),
    expires_at: Timestamp.optional(),
  }),
});

const create = createRoute({
  method: 'post',
  path: '/v1/keys',
  summary: 'Make a key; scope admin only',
  tags,
  security,
  request: { body: body.declared },
  responses: { 201: json(NewKey, 'The key'), ...keyedProblems('id_taken', 'too_large', 'unsupported_media_type') },
});

const list = createRoute({
  method: 'get',
  path: '/v1/keys',
  summary: 'List keys, without their secrets; scope admin only',
  tags,
  security,
  request: { query: z.strictObject({}) },
  responses: { 200: json(pageOf('ApiKeyPage', ApiKey), 'All keys'), ...keyedProblems() },
});

const revoke = createRoute({
  method: 'delete',
  path: '/v1/keys/{id}',
  summary: 'Revoke a key; scope admin only',
  tags,
  security,
  request: { params: z.object({ id: PathId }) },
  responses: { 204: { description: 'It is refused from the next call on' }, ...keyedProblems('not_found') },
});

/** Adds the routes of keys. */
export function keyRoutes(app: EdgeApp, { calls }: Edge): void {
  body.register(app);
  app.openapi(create, async (c) => {
    const options = await body.read(c);
    const id = uuidv7();
    const key = newKey(id);
    const made = await calls.createKey(c.get('credential'), id, await sha256(utf8(key)), options);
    return c.json({ ...made, key }, 201);
  });
  app.openapi(list, async (c) => c.json(await calls.listKeys(c.get('credential')), 200));
  app.openapi(revoke, async (c) => {
    await calls.revokeKey(c.get('credential'), c.req.valid('param').id);
    return c.body(null, 204);
  });
}

/** A key: a prefix that scanners of leaked secrets can look for, its id, and 256 random bits. */
function newKey(id: string): string {
  return `lp_${id.replaceAll('-', '')}_${toBase64Url(crypto.getRandomValues(new Uint8Array(32)))}`;
}
