/** One edge over two databases: each key reaches its own, and nothing of the other's. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asOwner, makeAdminKey, makeLoginPath } from '../../cli/admin.ts';
import { serveEdge } from '../../cli/edge/serve.ts';
import { ShardsText } from '../../functions/shards.ts';
import { createDatabase } from '../support/database.ts';
import { startHostProcess } from '../support/host.ts';
import { silent } from '../support/log.ts';
import { startWorkerd } from '../support/workerd.ts';

type Database = Awaited<ReturnType<typeof createDatabase>>;
let [plain, eu]: Database[] = [];
let keys: { plain: string; eu: string };

beforeAll(async () => {
  [plain, eu] = await Promise.all([createDatabase(), createDatabase()]);
  const make = (database: Database, shard?: string) =>
    asOwner(database.url, (admin) => makeAdminKey(admin, 'admin', shard));
  keys = { plain: await make(plain), eu: await make(eu, 'eu1') };
});
afterAll(async () => void (await Promise.all([plain?.drop(), eu?.drop()])));

const onNode = async (shards: Record<string, string>) => {
  const address = { host: '127.0.0.1', port: 0 };
  const edge = await serveEdge({ ...address, connectionString: plain?.url ?? '', shards, log: silent });
  return { url: edge.url, stop: edge.close };
};
const inWorkerd = (shards: Record<string, string>) =>
  startWorkerd(plain?.url ?? '', { secrets: { LIMPET_SHARDS: JSON.stringify(shards) } });

describe.each([
  ['on Node', onNode],
  ['in workerd', inWorkerd],
])('%s', (_where, start) => {
  let edge: { url: string; stop(): Promise<void> };
  beforeAll(async () => {
    edge = await start({ eu1: eu?.url ?? '' });
  });
  afterAll(() => edge.stop());

  const ask = (path: string, key: string, init: RequestInit = {}) =>
    fetch(edge.url + path, { redirect: 'manual', ...init, headers: { 'X-Shell-Key': key, ...init.headers } });
  const post = (path: string, key: string, body: object) =>
    ask(path, key, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  const namesOf = async (key: string) => {
    const { items } = (await (await ask('/v1/sessions', key)).json()) as { items: { name: string }[] };
    return items.map(({ name }) => name).sort();
  };
  /** As a browser asks: the cookie, and no key. */
  const browse = (path: string, cookie: string) => fetch(edge.url + path, { redirect: 'manual', headers: { cookie } });
  const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';')[0] ?? '';

  test('a key makes and sees the sessions of its own database, and no other', async () => {
    const [here, there] = [`plain-${_where.replaceAll(' ', '-')}`, `eu-${_where.replaceAll(' ', '-')}`];
    const made = await post('/v1/sessions', keys.plain, { name: here });
    expect([made.status, (await post('/v1/sessions', keys.eu, { name: there })).status]).toEqual([201, 201]);
    expect(await namesOf(keys.plain)).toContain(here);
    expect(await namesOf(keys.eu)).toContain(there);
    expect(await namesOf(keys.eu)).not.toContain(here);
    const { id } = (await made.json()) as { id: string };
    expect((await ask(`/v1/sessions/${id}`, keys.eu)).status).toBe(404);
    expect((await ask(`/v1/sessions/${id}`, keys.plain)).status).toBe(200);
  });

  test('a key that it makes says which database it is of, and works', async () => {
    const answer = await post('/v1/keys', keys.eu, { name: 'made', owner: 'anna', scopes: ['execute'] });
    const { key } = (await answer.json()) as { key: string };
    expect(key).toMatch(/^lp_eu1_[0-9a-f]{32}_/);
    expect((await ask('/v1/sessions', key)).status).toBe(200);
    expect((await ask('/v1/sessions', key.replace('lp_eu1_', 'lp_'))).status).toBe(401);
  });

  test('a key of a database that there is not, or of the other one, is unknown', async () => {
    for (const key of [keys.eu.replace('eu1', 'us9'), keys.plain.replace('lp_', 'lp_eu1_'), 'lp_eu1_', '_']) {
      expect((await ask('/v1/sessions', key)).status).toBe(401);
    }
  });

  test('a browser logs in with a key or a link, and stays where it belongs', async () => {
    const body = new URLSearchParams({ key: keys.eu });
    const headers = { origin: edge.url, 'sec-fetch-site': 'same-origin' };
    const byKey = await fetch(`${edge.url}/login`, { method: 'POST', redirect: 'manual', body, headers });
    const path = await asOwner(eu?.url ?? '', (admin) => makeLoginPath(admin, 'eu1'));
    const byLink = await fetch(edge.url + path, { redirect: 'manual' });
    for (const answer of [byKey, byLink]) {
      expect([answer.status, cookieOf(answer)]).toEqual([303, expect.stringMatching(/^limpet=eu1\./)]);
      const page = await browse('/', cookieOf(answer));
      expect(page.status).toBe(200);
      const text = await page.text();
      expect([text.includes('eu-'), text.includes('plain-')]).toEqual([true, false]);
    }
    expect((await browse('/v1/sessions', cookieOf(byKey).replace('eu1.', ''))).status).toBe(401);
  });
});

test('a host runs the commands of its database, whichever edge asked', async () => {
  const edge = await onNode({ eu1: eu?.url ?? '' });
  const host = await startHostProcess(eu?.url ?? '', 'eu');
  try {
    const answer = await fetch(`${edge.url}/v1/exec`, {
      method: 'POST',
      body: '{"command":"echo from $((1 + 1))"}',
      headers: { 'X-Shell-Key': keys.eu, 'Content-Type': 'application/json', Prefer: 'wait=30' },
    });
    expect(await answer.json()).toMatchObject({ state: 'exited', stdout: 'from 2\n' });
    // The other one has no host.
    const ready = await fetch(`${edge.url}/ready`);
    expect([ready.status, ready.headers.get('limpet-shard')]).toEqual([503, null]);
  } finally {
    await edge.stop();
    await host.remove();
  }
});

test('a database that is away is said to be, by name, and the others serve', async () => {
  const edge = await onNode({ eu1: eu?.url ?? '', gone: 'postgres://nobody@127.0.0.1:1/none' });
  const host = await startHostProcess(plain?.url ?? '', 'plain');
  const other = await startHostProcess(eu?.url ?? '', 'eu');
  try {
    const ready = await fetch(`${edge.url}/ready`);
    expect([ready.status, ready.headers.get('limpet-shard')]).toEqual([503, 'gone']);
    const key = keys.eu.replace('eu1', 'gone');
    expect((await fetch(`${edge.url}/v1/sessions`, { headers: { 'X-Shell-Key': key } })).status).toBe(503);
    expect((await fetch(`${edge.url}/v1/sessions`, { headers: { 'X-Shell-Key': keys.eu } })).status).toBe(200);
  } finally {
    await edge.stop();
    await host.remove();
    await other.remove();
  }
});

test.each([
  ['nothing', ''],
  ['no JSON', 'eu1=postgres://x'],
  ['a name with what ends it in a key', '{"eu_1":"postgres://x/y"}'],
  ['a name that is too long', '{"abcdefghijklmnopq":"postgres://x/y"}'],
  ['no connection string', '{"eu1":"http://x"}'],
])('shards are refused where there is %s', (_what, text) => {
  expect(ShardsText.safeParse(text).success).toBe(false);
});
