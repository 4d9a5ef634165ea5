/** What depends on the host that has a key's shell: its hooks, a shell that cannot be started, its death, its absence. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { serveEdge } from '../../../cli/edge/serve.ts';
import type { ApiKey, Page } from '../../../sql/contract.ts';
import type { HostSettings } from '../../../worker/config.ts';
import { temporaryDirectory } from '../../support/directory.ts';
import { startHostProcess } from '../../support/host.ts';
import { silent } from '../../support/log.ts';
import { call } from '../api/client.ts';
import { type Api, onNode, startApi } from '../api/fixture.ts';
import { hostBeside } from '../api/host.ts';
import { client, locked } from './client.ts';

/** An edge with a host of these settings; undefined: without one. */
async function withHost(settings: Partial<HostSettings> | undefined) {
  const started = await startApi(onNode, settings && hostBeside(settings));
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= started.stop();
    return stopped;
  };
  onTestFinished(stop);
  return { ...started, stop };
}

/** A directory in which hooks, which run as this process does, and shells, which do not, may write. */
async function sharedDirectory(): Promise<string> {
  const directory = await temporaryDirectory(onTestFinished);
  await chmod(directory, 0o777);
  return directory;
}
async function execute(databaseUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}

const linesOf = async (file: string) => (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
const idOf = async (api: Api, key: string) => {
  const { items } = (await call<Page<ApiKey>>(api, 'GET', '/v1/keys', { key: api.adminKey })).body;
  return items.find(({ id }) => key.includes(id.replaceAll('-', '')))?.id;
};

test('the lock hook runs before the shell is open, the unlock hook before it ends; both know the key by its id', async () => {
  const directory = await sharedDirectory();
  const file = path.join(directory, 'hooks');
  const { api } = await withHost({
    lockHook: `echo "lock $SHELLD_KEY" >> ${file}`,
    unlockHook: `kill -0 "$(cat ${directory}/pid)" && echo "unlock $SHELLD_KEY" >> ${file}`,
  });
  const shelld = await locked(api);
  const id = await idOf(api, shelld.key);
  expect(await linesOf(file)).toEqual([`lock ${id}`]);
  await shelld.output(`echo $$ > ${directory}/pid; exec 3>&1; echo "$SHELLD_KEY" >> ${directory}/seen`);
  await shelld.output('exit');
  await shelld.output(`echo $$ > ${directory}/pid`);
  await shelld.post('/unlock');
  expect(await linesOf(file)).toEqual([`lock ${id}`, `unlock ${id}`]);
  expect(await linesOf(`${directory}/seen`), 'the shell itself has no SHELLD_KEY').toEqual([]);
});

test('lock waits for its hook', async () => {
  const directory = await sharedDirectory();
  const { api } = await withHost({
    lockHook: `echo begun > ${directory}/begun; until [ -e ${directory}/go ]; do sleep 0.02; done; echo done > ${directory}/done`,
  });
  const shelld = await client(api);
  const locking = shelld.post('/lock');
  await expect.poll(() => linesOf(`${directory}/begun`), { timeout: 20_000 }).toEqual(['begun']);
  await writeFile(`${directory}/go`, '');
  expect((await locking).status).toBe(200);
  expect(await linesOf(`${directory}/done`)).toEqual(['done']);
});

test.for([
  ['fails', { lockHook: 'exit 1', unlockHook: 'nosuchcommand' }],
  ['cannot be started', { lockHook: 'true', unlockHook: 'true', hookShell: '/nonexistent/sh' }],
  ['takes too long', { lockHook: 'sleep 600', unlockHook: 'sleep 600', lockHookMs: 100, unlockHookMs: 100 }],
  ['leaves something behind', { lockHook: 'sleep 2 & echo $!', unlockHook: 'sleep 2 &' }],
] as const)('a hook that %s keeps nobody from a shell', async ([, settings]) => {
  const { api } = await withHost(settings);
  const shelld = await locked(api);
  expect(await shelld.output('echo open')).toBe('open');
  expect((await shelld.post('/unlock')).status).toBe(200);
});

test('unlock stops a lock hook that still runs', async () => {
  const directory = await sharedDirectory();
  const { api } = await withHost({ lockHook: `echo begun > ${directory}/begun; sleep 600` });
  const shelld = await client(api);
  const locking = shelld.post('/lock');
  await expect.poll(() => linesOf(`${directory}/begun`), { timeout: 20_000 }).toEqual(['begun']);
  expect((await shelld.post('/unlock')).status).toBe(200);
  expect((await locking).text).toBe('The shell has not been locked.\n');
});

test('an ordinary session has no hooks, and a host that ends runs the unlock hook of those that it has', async () => {
  const directory = await sharedDirectory();
  const [locks, unlocks] = [`${directory}/locks`, `${directory}/unlocks`];
  const { api, stop } = await withHost({ lockHook: `echo 1 >> ${locks}`, unlockHook: `echo 1 >> ${unlocks}` });
  await call(api, 'POST', '/v1/exec', { json: { command: 'true' }, headers: { Prefer: 'wait=25' } });
  expect(await linesOf(locks)).toEqual([]);
  await locked(api);
  await stop();
  expect([await linesOf(locks), await linesOf(unlocks)]).toEqual([['1'], ['1']]);
});

test('a shell that is put away for idleness is unlocked here, and locked again for the next command', async () => {
  const file = path.join(await sharedDirectory(), 'hooks');
  const hooks = { lockHook: `echo lock >> ${file}`, unlockHook: `echo unlock >> ${file}` };
  const { api, databaseUrl } = await withHost(hooks);
  await execute(databaseUrl, "update limpet.settings set value = '200' where name = 'limit.idle_timeout_ms'");
  const shelld = await locked(api);
  await expect.poll(() => linesOf(file), { timeout: 20_000 }).toEqual(['lock', 'unlock']);
  expect(await shelld.state()).toBe('locked');
  await execute(databaseUrl, 'update limpet.sessions set idle_timeout_ms = 600000');
  expect(await shelld.output('echo again')).toBe('again');
  expect(await linesOf(file)).toEqual(['lock', 'unlock', 'lock']);
});

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
