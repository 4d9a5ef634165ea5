/** The operator's hooks around a key's shell: when they run, where, as what, and that they keep nobody from a shell. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import type { ApiKey, Page } from '../../../sql/contract.ts';
import { call } from '../api/client.ts';
import type { Api } from '../api/fixture.ts';
import { client, locked } from './client.ts';
import { linesOf, sharedDirectory, withHost } from './withHost.ts';

async function idOf(api: Api, key: string): Promise<string | undefined> {
  const { items } = (await call<Page<ApiKey>>(api, 'GET', '/v1/keys', { key: api.adminKey })).body;
  return items.find(({ id }) => key.includes(id.replaceAll('-', '')))?.id;
}

async function execute(databaseUrl: string, statement: string): Promise<void> {
  const owner = new pg.Client({ connectionString: databaseUrl });
  await owner.connect();
  await owner.query(statement);
  await owner.end();
}

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
