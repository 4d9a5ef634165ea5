import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../support/database.ts';
import { temporaryDirectory } from '../support/directory.ts';
import { shortGrace } from '../support/fleet.ts';
import { type Limpet, limpet, npmStart, startLimpet } from '../support/limpet.ts';
import { alive, familyOf, shownBy } from '../support/processes.ts';
import { makeWithShortLeases } from '../support/shortLeases.ts';

const key = 'a-key-for-this-test';

/** Everything it started is gone after the test, whatever the test did. */
async function start(env: Record<string, string>, ...args: string[]): Promise<Limpet> {
  const running = await startLimpet({ LIMPET_BOOTSTRAP_KEY: key, ...env }, ...args);
  onTestFinished(async () => {
    running.kill('SIGTERM');
    await running.ended;
  });
  return running;
}

async function run(url: string, command: string): Promise<Record<string, unknown>> {
  const headers = { 'x-shell-key': key, 'content-type': 'application/json' };
  const response = await fetch(`${url}/v1/exec`, { method: 'POST', headers, body: JSON.stringify({ command }) });
  return (await response.json()) as Record<string, unknown>;
}

test('from nothing to a command, and again to the same record, and nothing is left behind', async () => {
  const dataDir = await temporaryDirectory(onTestFinished);
  const first = await start({ LIMPET_DATA_DIR: dataDir });
  expect(await run(first.url, 'echo "$((40 + 2))"')).toMatchObject({ state: 'exited', exit_code: 0, stdout: '42\n' });
  const { id } = await run(first.url, 'true');
  first.kill('SIGTERM');
  const end = await first.ended;
  expect(end.code).toBe(0);
  expect(end.stdout).toMatch(/^limpet is ready at http:\S+ \(log in once with http:\S+\)\n$/);
  expect(alive(first.family)).toEqual([]);

  const second = await start({ LIMPET_DATA_DIR: dataDir });
  const again = await fetch(`${second.url}/v1/commands/${id}`, { headers: { 'x-shell-key': key } });
  expect(again.status).toBe(200);
});

test('without a given key one is made, printed once, and works', async () => {
  const dataDir = await temporaryDirectory(onTestFinished);
  const first = await startLimpet({ LIMPET_DATA_DIR: dataDir });
  first.kill('SIGTERM');
  const made = /^Your admin key, shown this once: (lp_\S+)$/m.exec((await first.ended).stdout)?.[1] ?? '';
  const second = await start({ LIMPET_DATA_DIR: dataDir, LIMPET_BOOTSTRAP_KEY: '' });
  expect((await fetch(`${second.url}/v1/keys`, { headers: { 'x-shell-key': made } })).status).toBe(200);
  second.kill('SIGTERM');
  expect((await second.ended).stdout).not.toContain('lp_');
});

test('an impatient second Ctrl-C changes nothing', async () => {
  const running = await start({ LIMPET_DATA_DIR: await temporaryDirectory(onTestFinished) });
  running.kill('SIGINT');
  running.kill('SIGINT');
  expect((await running.ended).code).toBe(0);
  expect(alive(running.family)).toEqual([]);
});

test('a signal to npm reaches it, and npm waits for the end', async () => {
  const running = await npmStart({ LIMPET_DATA_DIR: await temporaryDirectory(onTestFinished) });
  running.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
  expect(alive(running.family)).toEqual([]);
});

test('a second start on the same data directory is refused with a sentence, a second one beside it is not', async () => {
  const dataDir = await temporaryDirectory(onTestFinished);
  await start({ LIMPET_DATA_DIR: dataDir });
  const refused = await limpet(['up'], { LIMPET_DATA_DIR: dataDir, PORT: '0' });
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(JSON.parse(refused.stderr)).toMatchObject({ error: expect.stringContaining('Another limpet is running on') });
  const beside = await start({ LIMPET_DATA_DIR: await temporaryDirectory(onTestFinished) });
  expect(await run(beside.url, 'true')).toMatchObject({ exit_code: 0 });
});

test('killed, it takes everything along, and the next start works', async () => {
  const dataDir = await temporaryDirectory(onTestFinished);
  const env = { LIMPET_DATA_DIR: dataDir, LIMPET_BOOTSTRAP_KEY: key, ...shortGrace };
  await makeWithShortLeases(env);
  const killed = await start(env);
  await run(killed.url, 'true');
  killed.kill('SIGKILL');
  // The companion tries for a while to tell of the death, to a database that has gone as well.
  await expect.poll(() => alive(killed.family), { timeout: 60_000 }).toEqual([]);
  const next = await start(env);
  expect(await run(next.url, 'true')).toMatchObject({ exit_code: 0 });
}, 120_000);

test('a host that dies is started again', async () => {
  const running = await start({ LIMPET_DATA_DIR: await temporaryDirectory(onTestFinished) });
  const isHost = (pid: number) => shownBy(pid).includes('--until-stdin-closes');
  const host = running.family.find(isHost) ?? 0;
  process.kill(host, 'SIGKILL');
  const next = () => alive(familyOf(running.pid)).find((pid) => pid !== host && isHost(pid));
  await expect.poll(next, { timeout: 20_000 }).toBeDefined();
  await expect.poll(() => run(running.url, 'echo back'), { timeout: 40_000 }).toMatchObject({ stdout: 'back\n' });
}, 60_000);

test('no process shows a secret in its arguments or environment, and no log line tells one', async () => {
  const { url: databaseUrl, drop } = await createDatabase();
  onTestFinished(drop);
  const dataDir = await temporaryDirectory(onTestFinished);
  const running = await start({ LIMPET_DATA_DIR: dataDir, DATABASE_URL: databaseUrl, LIMPET_LOG_LEVEL: 'debug' });
  await run(running.url, 'true');
  const secrets = [key, databaseUrl, new URL(databaseUrl).password];
  for (const secret of secrets) for (const pid of alive(running.family)) expect(shownBy(pid)).not.toContain(secret);
  running.kill('SIGTERM');
  const { stdout, stderr } = await running.ended;
  for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
  for (const line of stderr.trim().split('\n')) {
    expect(JSON.parse(line)).toMatchObject({
      level: expect.any(String),
      time: expect.any(String),
      event: expect.any(String),
    });
  }
});

test("the embedded database's connection string is in a file for its user only, and a further host can join by it", async () => {
  const dataDir = await temporaryDirectory(onTestFinished);
  const running = await start({ LIMPET_DATA_DIR: dataDir }, '--without-host');
  const file = path.join(dataDir, 'database-url');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).toMatch(/^postgres:\/\/limpet:\S+@127\.0\.0\.1:\d+\/limpet\n$/);
  expect((await fetch(`${running.url}/ready`)).status).toBe(503);
  const made = await limpet(['keys', 'create'], { LIMPET_DATA_DIR: dataDir });
  expect(made.stdout).toMatch(/^lp_\S+\n$/);
});

test('a database that does not answer can be stopped waiting for', async () => {
  const dataDir = await temporaryDirectory(onTestFinished);
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  onTestFinished(() => void silent.close());
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as { port: number };
  const connected = new Promise((resolve) => silent.once('connection', resolve));
  const started = startLimpet({ LIMPET_DATA_DIR: dataDir, DATABASE_URL: `postgres://u:p@127.0.0.1:${port}/d` });
  started.catch(() => {});
  await connected;
  const pid = familyOf(process.pid).find((one) => one !== process.pid && shownBy(one).includes(dataDir)) ?? 0;
  process.kill(pid, 'SIGTERM');
  await expect(started).rejects.toThrow('stopping');
});
