/** Which call is taken in which state, and what each says: the codes and sentences are shelld's own. */
import { expect, test } from 'vitest';
import type { Page, Session } from '../../../sql/contract.ts';
import { call } from '../api/client.ts';
import type { Api } from '../api/fixture.ts';
import { client, locked, makeKey, type Shelld } from './client.ts';

const others = [
  ['POST', '/execute'],
  ['POST', '/kill'],
  ['POST', '/unlock'],
  ['GET', '/output'],
  ['GET', '/state'],
] as const;

const send = (shelld: Shelld, method: string, path: string) =>
  method === 'GET' ? shelld.get(path) : shelld.post(path, path === '/execute' ? 'true' : null);

export function states(api: () => Api): void {
  test.each([...others, ['POST', '/lock'] as const])('%s %s without a key is 401', async (method, path) => {
    const { status, text, headers } = await send(await client(api(), ''), method, path);
    expect([status, text]).toEqual([401, 'The X-Shell-Key header is required.\n']);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  test.each([...others, ['POST', '/lock'] as const])(
    '%s %s with a key that is not valid is 401',
    async (method, path) => {
      const { status, text } = await send(await client(api(), 'no such key'), method, path);
      expect([status, text]).toEqual([401, 'This key is unknown, revoked or expired.\n']);
    },
  );

  test.each(others)('%s %s while not locked is 409', async (method, path) => {
    const { status, text } = await send(await client(api()), method, path);
    expect([status, text]).toEqual([409, 'The shell has not been locked.\n']);
  });

  test('that the shell is not locked is said before what is wrong with the request', async () => {
    const shelld = await client(api());
    expect((await shelld.execute('')).status).toBe(409);
    expect((await shelld.execute('true', 'soon')).status).toBe(409);
    expect((await (await client(api(), 'no such key')).execute('')).status).toBe(401);
  });

  test('lock is 200 and empty; a second one is 409; after unlock the key has no shell', async () => {
    const shelld = await client(api());
    const first = await shelld.post('/lock');
    expect([first.status, first.text]).toEqual([200, '']);
    expect(await shelld.state()).toBe('locked');
    const second = await shelld.post('/lock');
    expect([second.status, second.text]).toEqual([409, 'The shell is already locked.\n']);
    const unlocked = await shelld.post('/unlock');
    expect([unlocked.status, unlocked.text]).toEqual([200, '']);
    expect((await shelld.get('/state')).status).toBe(409);
    expect((await shelld.post('/unlock')).status).toBe(409);
  });

  test('a shell that is opened anew knows nothing of the former', async () => {
    const shelld = await locked(api());
    await shelld.output('export RECYCLED=before; cd /');
    await shelld.post('/unlock');
    await shelld.post('/lock');
    expect((await shelld.get('/output')).text).toBe('');
    expect(await shelld.output('echo "[$RECYCLED]"; [ "$PWD" = / ] || echo moved')).toBe('[]\nmoved');
  });

  test('of ten locks at once one is granted', async () => {
    const shelld = await client(api());
    const answers = await Promise.all(Array.from({ length: 10 }, () => shelld.post('/lock')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
  });

  test('each key has a shell of its own', async () => {
    const [one, other] = await Promise.all([locked(api()), locked(api())]);
    await one.output('X=one');
    expect(await other.output('echo "[$X]"')).toBe('[]');
    await other.post('/unlock');
    expect(await one.output('echo "[$X]"')).toBe('[one]');
  });

  test('a key that may only read is told the state, and refused the rest', async () => {
    const shelld = await client(api(), await makeKey(api(), 'read'));
    expect((await shelld.get('/state')).status).toBe(409);
    for (const path of ['/lock', '/execute', '/kill']) expect((await shelld.post(path, 'true')).status).toBe(403);
  });

  test('a key in an Authorization header does as well', async () => {
    const shelld = await locked(api());
    const headers = { Authorization: `Bearer ${shelld.key}` };
    const response = await fetch(`${api().url}/execute`, { method: 'POST', headers, body: 'echo bearer' });
    expect([response.status, await response.text()]).toEqual([200, 'bearer']);
  });

  test('health needs no key, and another method is not allowed', async () => {
    expect((await (await client(api(), '')).get('/health')).status).toBe(200);
    const { status, headers } = await (await client(api())).get('/lock');
    expect([status, headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });

  test('its shell is an ordinary session: listed, recorded, and closed like any other', async () => {
    const shelld = await locked(api());
    await shelld.output('echo recorded');
    const { body } = await call<Page<Session>>(api(), 'GET', '/v1/sessions?state=ready', { key: shelld.key });
    const [session] = body.items;
    expect(session).toMatchObject({ merge_output: true, commands: 1, labels: { surface: 'shelld' } });
    const commands = await call<Page<object>>(api(), 'GET', `/v1/sessions/${session?.id}/commands`, {
      key: shelld.key,
    });
    expect(commands.body.items).toMatchObject([{ command: 'echo recorded', stdout: 'recorded\n', state: 'exited' }]);
    await call(api(), 'DELETE', `/v1/sessions/${session?.id}`, { key: shelld.key });
    expect((await shelld.get('/state')).text).toBe('The shell has not been locked.\n');
  });
}
