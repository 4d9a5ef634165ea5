/** What depends on the host that has a key's shell: its bash, a shell that cannot be started, its death, its absence. */
import { writeFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { serveEdge } from '../../../cli/edge/serve.ts';
import type { Page } from '../../../sql/contract.ts';
import { startHostProcess } from '../../support/host.ts';
import { silent } from '../../support/log.ts';
import { call } from '../api/client.ts';
import { client, locked } from './client.ts';
import { sharedDirectory, withHost } from './withHost.ts';

test('shells start in the working directory of the host, and are its bash', async () => {
  const directory = await sharedDirectory();
  await writeFile(`${directory}/own-bash`, '#!/bin/bash\nexport OWN=yes\nexec /bin/bash "$@"\n', { mode: 0o755 });
  const { api } = await withHost({ workingDirectory: '/usr', shellCommand: `${directory}/own-bash` });
  expect(await (await locked(api)).output('pwd; echo $OWN')).toBe('/usr\nyes');
});

test('where no shell can be started lock says so, the state is unrecoverable, and unlock frees the key', async () => {
  const { api } = await withHost({ shellCommand: '/bin/false' });
  const shelld = await client(api);
  const unrecoverable = [409, 'The shell is in an unrecoverable state.\n'];
  const said = async (answer: Promise<{ status: number; text: string }>) => [
    (await answer).status,
    (await answer).text,
  ];
  expect(await said(shelld.post('/lock'))).toEqual(unrecoverable);
  expect(await said(shelld.get('/state'))).toEqual([200, 'unrecoverable']);
  expect(await said(shelld.execute('true'))).toEqual(unrecoverable);
  expect(await said(shelld.post('/lock'))).toEqual(unrecoverable);
  expect(await said(shelld.post('/kill'))).toEqual([200, '']);
  expect(await said(shelld.get('/output'))).toEqual([200, '']);
  expect(await said(shelld.post('/unlock'))).toEqual([200, '']);
  expect(await said(shelld.get('/state'))).toEqual([409, 'The shell has not been locked.\n']);
});

test('a shell that ended and cannot be replaced is unrecoverable from the next command on', async () => {
  const directory = await sharedDirectory();
  const once = `#!/bin/bash\n[ -e ${directory}/used ] && exit 1\necho > ${directory}/used\nexec /bin/bash "$@"\n`;
  await writeFile(`${directory}/once`, once, { mode: 0o755 });
  const { api } = await withHost({ shellCommand: `${directory}/once` });
  const shelld = await locked(api);
  expect(await shelld.output('echo last; exit 3')).toBe('last');
  expect((await shelld.execute('echo never')).status).toBe(409);
  expect(await shelld.state()).toBe('unrecoverable');
});

test('a command whose host dies is 500, never run again, and what it printed is kept', async () => {
  const { api, databaseUrl } = await withHost(undefined);
  const host = await startHostProcess(databaseUrl, 'mortal');
  onTestFinished(host.remove);
  const shelld = await locked(api);
  const waiting = shelld.execute('echo before; sleep 600');
  const printed = async () => (await call<Page<object>>(api, 'GET', '/v1/commands', { key: shelld.key })).body.items;
  await expect.poll(printed, { timeout: 20_000 }).toMatchObject([{ stdout: 'before\n' }]);
  host.kill('SIGKILL');
  const { status, text, headers } = await waiting;
  expect([status, headers.get('limpet-state')]).toEqual([500, 'lost']);
  expect(text).toContain('is not run again');
  expect((await shelld.get('/output')).text).toBe('before');
}, 60_000);

test('without a host lock is 503 and the key stays free', async () => {
  const { databaseUrl, api } = await withHost(undefined);
  const settings = { connectionString: databaseUrl, host: '127.0.0.1', port: 0, log: silent };
  const edge = await serveEdge({ ...settings, shelld: { openMs: 300 } });
  onTestFinished(edge.close);
  const shelld = await client({ ...api, url: edge.url });
  const { status, text, headers } = await shelld.post('/lock');
  expect([status, headers.get('retry-after')]).toEqual([503, '2']);
  expect(text).toBe('No host opened a shell within 0.3 s. The key is free again; GET /ready says more.\n');
  expect((await shelld.get('/state')).status).toBe(409);
});

test('a longer wait than the maximum is cut to it, and the default is the edge’s own', async () => {
  const { databaseUrl, api } = await withHost({});
  const settings = { connectionString: databaseUrl, host: '127.0.0.1', port: 0, log: silent };
  const edge = await serveEdge({ ...settings, shelld: { waitMs: 200, waitMsMax: 300 } });
  onTestFinished(edge.close);
  const shelld = await client({ ...api, url: edge.url });
  await shelld.post('/lock');
  for (const timeout of [undefined, '0s', '-5m', '10h']) {
    expect((await shelld.execute('sleep 600', timeout)).status, timeout).toBe(202);
    await shelld.post('/kill');
    await expect.poll(() => shelld.state(), { timeout: 20_000 }).toBe('locked');
  }
});
