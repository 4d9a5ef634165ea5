import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { type Postgres, type PostgresOptions, startPostgres } from '../../cli/postgres/index.ts';
import { temporaryDirectory } from '../support/directory.ts';
import { silent } from '../support/log.ts';
import { alive, familyOf, shownBy } from '../support/processes.ts';

const isRoot = process.getuid?.() === 0;

async function start(options: Partial<PostgresOptions> = {}): Promise<Postgres & { dataDir: string }> {
  const dataDir = options.dataDir ?? (await temporaryDirectory(onTestFinished));
  const postgres = await startPostgres({
    log: silent,
    settings: { fsync: 'off' },
    elsewhere: dataDir,
    ...options,
    dataDir,
  });
  onTestFinished(() => postgres.stop());
  return { ...postgres, dataDir };
}

async function ask(connectionString: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client
    .query({ text: sql, rowMode: 'array' })
    .then(({ rows }) => rows[0]?.[0])
    .finally(() => client.end());
}

/** A process that starts Postgres there and can be killed. */
async function startElsewhere(dataDir: string): Promise<{ pid: number; family: number[]; url: string }> {
  const child = spawn(process.execPath, [fixture, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const pid = child.pid ?? 0;
  return { pid, family: familyOf(pid), url: String(line).trim() };
}
const fixture = fileURLToPath(new URL('fixtures/postgres.ts', import.meta.url));

test('what was written is there after a restart, on the same port', async () => {
  const first = await start();
  await ask(first.connectionString, 'create table kept as select 42 as answer');
  await first.stop();
  const second = await start({ dataDir: first.dataDir });
  expect(second.connectionString).toBe(first.connectionString);
  expect(await ask(second.connectionString, 'select answer from kept')).toBe(42);
});

test('it listens on loopback by TCP with a password, syncs to disk, and has no socket file', async () => {
  const { connectionString, dataDir } = await start({ settings: {} });
  expect(await ask(connectionString, 'show listen_addresses')).toBe('127.0.0.1');
  // https://www.postgresql.org/docs/current/storage-file-layout.html: the fifth line is the socket's directory.
  expect((await readFile(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[4]).toBe('');
  expect(await ask(connectionString, 'show fsync')).toBe('on');
  expect(await ask(connectionString, 'show password_encryption')).toBe('scram-sha-256');
  const wrong = Object.assign(new URL(connectionString), { password: 'wrong' }).href;
  await expect(ask(wrong, 'select 1')).rejects.toThrow('password authentication failed');
  expect((await stat(path.join(dataDir, 'postgres.json'))).mode & 0o777).toBe(0o600);
});

test('another port is taken when its own is taken', async () => {
  const first = await start();
  await first.stop();
  const port = Number(new URL(first.connectionString).port);
  const squatter = createServer().listen(port, '127.0.0.1');
  await once(squatter, 'listening');
  onTestFinished(() => void squatter.close());
  const second = await start({ dataDir: first.dataDir });
  expect(Number(new URL(second.connectionString).port)).not.toBe(port);
});

test('it ends when the process that started it is killed', async () => {
  const { pid, family } = await startElsewhere(await temporaryDirectory(onTestFinished));
  expect(family.length).toBeGreaterThan(3);
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => alive(family), { timeout: 10_000 }).toEqual([]);
});

test('one that was left behind is ended by the next start', async () => {
  const dataDir = await temporaryDirectory(onTestFinished);
  const { pid: starter, family } = await startElsewhere(dataDir);
  const postmaster = Number.parseInt(await readFile(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
  // Its keepers as well, the one first that would end it when the others are gone.
  const keepers = alive(family).filter((pid) => pid === starter || shownBy(pid).startsWith('bash'));
  expect(keepers).toHaveLength(3);
  for (const pid of keepers.reverse()) process.kill(pid, 'SIGKILL');
  expect(alive([postmaster])).toEqual([postmaster]);
  const events: string[] = [];
  await start({ dataDir, log: (_level, event) => events.push(event) });
  expect(events).toContain('postgres_left_behind');
  expect(alive([postmaster])).toEqual([]);
});

test('a crash of Postgres itself is told, and the next start recovers', async () => {
  const first = await start();
  await ask(first.connectionString, 'create table kept as select 1');
  const pid = Number.parseInt(await readFile(path.join(first.dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
  process.kill(pid, 'SIGKILL');
  await first.exited;
  const second = await start({ dataDir: first.dataDir });
  expect(await ask(second.connectionString, 'select count(*)::int from kept')).toBe(1);
});

test('a number in postmaster.pid that belongs to another process now is no obstacle', async () => {
  const first = await start();
  await first.stop();
  const file = path.join(first.dataDir, 'postgres', 'postmaster.pid');
  await writeFile(file, `${process.pid}\n${path.dirname(file)}\n`);
  const second = await start({ dataDir: first.dataDir });
  expect(await ask(second.connectionString, 'select 1')).toBe(1);
});

test('a start that is given up leaves nothing that looks like a cluster', async () => {
  const dataDir = await temporaryDirectory(onTestFinished);
  const given = new AbortController();
  const elsewhere = await temporaryDirectory(onTestFinished);
  const starting = start({ dataDir, elsewhere, signal: given.signal });
  const names = () => readdir(dataDir);
  await expect.poll(names, { timeout: 20_000 }).toContainEqual(expect.stringContaining('.initdb-'));
  given.abort();
  await expect(starting).rejects.toThrow('abort');
  expect(await readdir(dataDir)).toEqual(['postgres.json']);
});

test.runIf(isRoot)('below a directory that is for root alone it moves to one where its account may pass', async () => {
  const [closed, elsewhere] = [await temporaryDirectory(onTestFinished), await temporaryDirectory(onTestFinished)];
  await chmod(closed, 0o700);
  const dataDir = path.join(closed, 'data');
  await mkdir(dataDir);
  const events: string[] = [];
  const first = await start({ dataDir, elsewhere, log: (_level, event) => events.push(event) });
  expect(events).toContain('postgres_elsewhere');
  expect((await readdir(elsewhere)).filter((name) => name.startsWith('data-'))).toHaveLength(1);
  await first.stop();
  expect((await start({ dataDir, elsewhere })).connectionString).toBe(first.connectionString);
});
