/** API keys, for admins: make, list, change, rotate, revoke. */
import { createRoute, z } from '@hono/zod-openapi';
import { ApiKey as ApiKeyShape, limits, Scope } from '../sql/contract.ts';
import { requestBody } from './body.ts';
import { sha256, utf8 } from './bytes.ts';
import { durationField } from './durations.ts';
import type { Edge, EdgeApp } from './edge.ts';
import { Label, PathId, Timestamp } from './fields.ts';
import { uuidv7 } from './ids.ts';
import { keyLimitFields, keyLimits } from './keyLimits.ts';
import { json, keyedProblems, pageOf, security } from './responses.ts';
import { newKey } from './shards.ts';
import { inOrder } from './view.ts';

const tags = ['Keys'];
const ApiKey = z.object(ApiKeyShape.shape).openapi('ApiKey');
const NewKey = ApiKey.extend({ key: z.string().describe('The key itself, shown this once') }).openapi('NewKey');
const ofKey = { params: z.object({ id: PathId }) };

const makeBody = requestBody({
  name: 'KeyRequest',
  schema: z.strictObject({
    name: Label,
    owner: Label.optional(),
    scopes: z.array(Scope).min(1).max(3),
    expires_at: Timestamp.refine((time) => Date.parse(time) > Date.now(), {
      error: 'Must be in the future',
    }).optional(),
    ...keyLimitFields,
  }),
});
const changeBody = requestBody({
  name: 'KeyChange',
  schema: z.strictObject({
    name: Label.optional(),
    expires_at: Timestamp.nullable().optional(),
    ...keyLimitFields,
  }),
});
const Grace = durationField('rotationGraceMsMax', 'How long the old secret is still taken (default: 24h).');
const rotateBody = requestBody({
  name: 'KeyRotation',
  // Nothing at all is what a secret that was seen by others deserves.
  schema: z.strictObject({ grace: z.union([z.literal(0), z.literal('0'), Grace]).optional() }),
  required: false,
});

const create = createRoute({
  method: 'post',
  path: '/v1/keys',
  summary: 'Make a key; scope admin only',
  tags,
  security,
  request: { body: makeBody.declared },
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

const change = createRoute({
  method: 'patch',
  path: '/v1/keys/{id}',
  summary: "Change a key's name, end, quotas or lists; scope admin only",
  description: 'What is not named stays; null takes a limit away. It holds from the next call on.',
  tags,
  security,
  request: { ...ofKey, body: changeBody.declared },
  responses: {
    200: json(ApiKey, 'The key as it is now'),
    ...keyedProblems('not_found', 'too_large', 'unsupported_media_type'),
  },
});

const rotate = createRoute({
  method: 'post',
  path: '/v1/keys/{id}/rotate',
  summary: 'Give a key another secret; scope admin only',
  description:
    'The secret before it is taken until the grace is over, the one before that no longer. What the key made, its quotas and its limits stay.',
  tags,
  security,
  request: { ...ofKey, body: rotateBody.declared },
  responses: {
    201: json(NewKey, 'The key with its new secret'),
    ...keyedProblems('not_found', 'too_large', 'unsupported_media_type'),
  },
});

const revoke = createRoute({
  method: 'delete',
  path: '/v1/keys/{id}',
  summary: 'Revoke a key; scope admin only',
  tags,
  security,
  request: ofKey,
  responses: { 204: { description: 'It is refused from the next call on' }, ...keyedProblems('not_found') },
});

/** Adds the routes of keys. */
export function keyRoutes(app: EdgeApp, edge: Edge): void {
  for (const body of [makeBody, changeBody, rotateBody]) body.register(app);
  makingRoutes(app, edge);
  const { calls } = edge;
  app.openapi(list, async (c) => {
    const page = await calls.listKeys(c.get('credential'));
    return c.json({ ...page, items: page.items.map((key) => inOrder(ApiKey, key)) }, 200);
  });
  app.openapi(change, async (c) => {
    const { name, expires_at, ...given } = await changeBody.read(c);
    const options = { name, expires_at, limits: keyLimits(given) };
    return c.json(inOrder(ApiKey, await calls.changeKey(c.get('credential'), c.req.valid('param').id, options)), 200);
  });
  app.openapi(revoke, async (c) => {
    await calls.revokeKey(c.get('credential'), c.req.valid('param').id);
    return c.body(null, 204);
  });
}

function makingRoutes(app: EdgeApp, { calls, settings }: Edge): void {
  app.openapi(create, async (c) => {
    const { name, owner, scopes, expires_at, ...given } = await makeBody.read(c);
    const id = uuidv7();
    const key = newKey(id, settings.shard);
    const options = { name, owner, scopes, expires_at, limits: keyLimits(given) };
    const made = await calls.createKey(c.get('credential'), id, await sha256(utf8(key)), options);
    return c.json(inOrder(NewKey, { ...made, key }), 201);
  });
  app.openapi(rotate, async (c) => {
    const { id } = c.req.valid('param');
    const { grace = limits.rotationGraceMs } = await rotateBody.read(c);
    const key = newKey(id, settings.shard);
    const rotated = await calls.rotateKey(c.get('credential'), id, await sha256(utf8(key)), Number(grace));
    return c.json(inOrder(NewKey, { ...rotated, key }), 201);
  });
}
