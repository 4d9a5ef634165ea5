/** Reading another's things by guessing: what is not yours answers exactly as what never was, on every route. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Page, Session } from '../../sql/contract.ts';
import { call, openSession } from '../functions/api/client.ts';
import { documentOf } from '../functions/api/document.ts';
import { useWorld } from './world.ts';

const world = useWorld();

test("another owner's ids and names answer as ids and names that never were, byte for byte", async () => {
  const { api, make } = world();
  const things = await make();
  const document = await documentOf(api.url);
  const bodies: Record<string, object> = {
    '/v1/sessions/{session}/commands': { command: 'true' },
    '/v1/commands/{id}/signal': { signal: 'INT' },
    '/v1/sessions/{session}/keys': { keys: ['a'] },
    '/v1/sessions/{session}/size': { cols: 80, rows: 24 },
  };
  for (const [template, operations] of Object.entries(document.paths)) {
    if (!template.includes('{') || template.startsWith('/v1/keys')) continue;
    for (const [method, { requestBody }] of Object.entries(operations)) {
      const id = template.includes('/replays/') ? things.replayId : things.ended.id;
      const ask = async (session: string, other: string) => {
        const path = template.replace('{session}', encodeURIComponent(session)).replace('{id}', other);
        const options = { key: api.otherKey, headers: { 'X-Request-Id': 'same' } };
        const json = requestBody ? { json: bodies[template] ?? {} } : {};
        const { status, bytes } = await call(api, method.toUpperCase(), path, { ...options, ...json });
        return { status, body: Buffer.from(bytes).toString() };
      };
      const never = await ask(randomUUID(), randomUUID());
      expect(never.status).toBe(404);
      for (const session of [things.session.id, things.session.name ?? '', things.closed.id, things.terminal.id]) {
        expect(await ask(session, id), `${method} ${template}`).toEqual(never);
      }
    }
  }
});

test('an id next to an own one, a cursor, a filter and a search lead to nothing of anybody else', async () => {
  const { api, make } = world();
  const { session, ended } = await make({ name: `needle-${randomUUID()}`, command: 'echo needle' });
  const items = async (path: string) => (await call<Page<Session>>(api, 'GET', path, { key: api.otherKey })).body.items;
  await openSession({ ...api, key: api.otherKey });
  const cursor = `99999999999999999.${session.id}`;
  for (const path of [
    `/v1/sessions?q=needle`,
    `/v1/commands?q=needle`,
    `/v1/commands?session=${session.id}`,
    `/v1/audit?session=${session.id}`,
    `/v1/audit?q=${ended.id}`,
  ]) {
    const answer = await call<Page<unknown>>(api, 'GET', path, { key: api.otherKey });
    if (answer.status !== 404) expect(answer.body.items, path).toEqual([]);
  }
  expect((await items(`/v1/sessions?cursor=${cursor}`)).map(({ id }) => id)).not.toContain(session.id);
  // Ids are made from the time: those of the same moment differ in 74 random bits.
  const near = ended.id.slice(0, -1) + (ended.id.endsWith('0') ? '1' : '0');
  expect((await call(api, 'GET', `/v1/commands/${near}`)).status).toBe(404);
});

test('an Idempotency-Key that another owner used gives nothing of theirs', async () => {
  const { api } = world();
  const headers = { 'Idempotency-Key': `same-${randomUUID()}`, Prefer: 'wait=0' };
  const open = async (key: string) =>
    (await call<Session>(api, 'POST', '/v1/sessions', { key, json: {}, headers })).body.id;
  const mine = await open(api.key);
  expect(await open(api.otherKey)).not.toBe(mine);
  expect(await open(api.key)).toBe(mine);
});

test('no key is told more than that it is not one', async () => {
  const { api } = world();
  const body = async (key: string) => {
    const { status, bytes } = await call(api, 'GET', '/v1/sessions', { key, headers: { 'X-Request-Id': 'same' } });
    return { status, text: Buffer.from(bytes).toString() };
  };
  const unknown = await body('lp_00000000000000000000000000000000_x');
  for (const key of [
    api.key.slice(0, -1),
    `${api.key}x`,
    api.key.toUpperCase(),
    ` ${api.key.slice(1)}`,
    'null',
    '%00',
  ]) {
    expect(await body(key)).toEqual(unknown);
  }
});
