/** Output, states, input and screens sealed at rest, from end to end: readable by every way in, and nowhere in the database. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveEdge } from '../../cli/edge/serve.ts';
import { type Command, parseSealKeys, type Replay, type Screen, type Session } from '../../sql/contract.ts';
import { silent } from '../support/log.ts';
import { call, expectProblem, openSession, run } from './api/client.ts';
import { type Adapter, type Api, startApi } from './api/fixture.ts';
import { hostBeside } from './api/host.ts';

const [first, second] = ['k1', 'k2'].map((name) => `${name}:${randomBytes(32).toString('base64')}`);
/** The newest in front, as after a rotation. */
const text = `${second},${first}`;

function nodeWith(keys: string | undefined, encrypt = true): Adapter {
  return {
    name: 'Node, sealing',
    async start(connectionString) {
      const sealKeys = keys === undefined ? undefined : parseSealKeys(keys);
      const address = { host: '127.0.0.1', port: 0, log: silent };
      const { url, close } = await serveEdge({ connectionString, ...address, sealKeys, encrypt });
      return { url, stop: close };
    },
  };
}

let started: Awaited<ReturnType<typeof startApi>>;
let api: Api;
/** The same database through an edge that has no key. */
let blind: Api;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  started = await startApi(nodeWith(text), hostBeside({ sealKeys: text, encrypt: true }));
  api = started.api;
  const without = await nodeWith(undefined, false).start(started.databaseUrl, []);
  stops.push(without.stop);
  blind = { ...api, url: without.url };
});
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
  await started.stop();
});

const mark = 'Wh1sper';

async function rows<Row>(statement: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: started.databaseUrl });
  await client.connect();
  const result = await client.query(statement, values);
  await client.end();
  return result.rows as Row[];
}

/** Every row of every table, as text. */
async function everything(): Promise<string> {
  const tables = await rows<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname like 'limpet%' or schemaname = 'graphile_worker'`,
  );
  const texts = await Promise.all(
    tables.map(({ name }) => rows<{ row: string }>(`select t::text as row from ${name} t`)),
  );
  return texts
    .flat()
    .map(({ row }) => row)
    .join('\n');
}

async function bytesOf(path: string, from = api): Promise<string> {
  const { status, bytes } = await call(from, 'GET', path);
  expect(status, path).toBe(200);
  return Buffer.from(bytes).toString();
}

test('what a session writes, leaves and is given is read by every way in, and is in no row', async () => {
  const { id } = await openSession(api, { name: 'sealed' });
  // It comes in by stdin, so that no text of a command has it.
  await run(api, id, 'read -r W; OWN="$W"; f() { echo "$W!"; }', { stdin: `${mark}\n` });
  const shown = await run(api, id, 'echo "a $W b"; echo "c $W" >&2');
  expect(shown).toMatchObject({ stdout: `a ${mark} b\n`, stderr: `c ${mark}\n`, truncated: false });
  const long = await run(api, id, 'yes "$W" | head -c 300000; echo; echo "$W"end');
  expect(long.truncated).toBe(true);
  expect([long.stdout.startsWith(`${mark}\n${mark}`), long.stdout.endsWith(`${mark}end\n`)]).toEqual([true, true]);
  const whole = `${`${mark}\n`.repeat(300_000).slice(0, 300_000)}\n${mark}end\n`;
  expect(await bytesOf(`/v1/commands/${long.id}/output`)).toBe(whole);
  for (const [offset, limit] of [
    [0, 3],
    [16_383, 2],
    [16_384, 16_384],
    [65_530, 40_000],
    [300_001, 100],
  ] as const) {
    const part = await bytesOf(`/v1/commands/${long.id}/output?offset=${offset}&limit=${limit}`);
    expect(part === whole.slice(offset, offset + limit), `${offset}, ${limit}`).toBe(true);
  }
  expect(await bytesOf(`/v1/commands/${long.id}/output?offset=-5`)).toBe(whole.slice(-5));
  const holed = await run(api, id, 'head -c 1200000 /dev/zero | tr "\\0" a; echo; echo end', { max_output: 1_100_000 });
  expect([holed.dropped_bytes > 0, holed.stdout.slice(0, 4), holed.stdout.slice(-5)]).toEqual([
    true,
    'aaaa',
    '\nend\n',
  ]);
  expect((await bytesOf(`/v1/commands/${holed.id}/output?offset=-6`)).slice(0, 6)).toBe('a\nend\n');
  expect(await bytesOf(`/v1/commands/${shown.id}/events`)).toContain(`a ${mark} b`);
  expect(await bytesOf(`/v1/sessions/${id}/recording`)).toContain(`c ${mark}`);
  expect(await bytesOf(`/v1/sessions/${id}/recording?format=txt`)).toContain(`${mark}end`);
  expect(await bytesOf(`/v1/commands/${shown.id}/state`)).toContain(`${mark}`);
  const listed = await call<{ items: Command[] }>(api, 'GET', `/v1/sessions/${id}/commands`);
  expect(listed.body.items[1]?.stdout).toBe(`a ${mark} b\n`);
  await run(api, id, '(sleep 0.05; echo "late $W") & sleep 0.01');
  await expect.poll(() => bytesOf(`/v1/sessions/${id}/late-output`), { timeout: 20_000 }).toContain(`late ${mark}`);
  expect((await run(api, id, 'exit 3')).state).toBe('shell_exited');
  expect((await run(api, id, 'echo "$OWN"; f')).stdout).toBe(`${mark}\n${mark}!\n`);
  const fork = (await call<Session>(api, 'POST', `/v1/sessions/${id}/fork`)).body;
  expect((await run(api, fork.id, 'echo "$OWN"')).stdout).toBe(`${mark}\n`);
  const stored = await everything();
  for (const trace of [mark, Buffer.from(mark).toString('hex'), Buffer.from(mark).toString('base64').slice(0, -2)])
    expect(stored).not.toContain(trace);
  expect(await rows('select from limpet.output where seal is null')).toHaveLength(0);
}, 60_000);

test('input that comes in pieces, also repeated in part, and what a replay is given', async () => {
  const { id } = await openSession(api);
  const { body: reader } = await call<Command>(api, 'POST', `/v1/sessions/${id}/commands`, {
    json: { command: 'cat', interactive: true, stdin: `${mark} zero ` },
    headers: { Prefer: 'wait=0' },
  });
  const begun = `${mark} zero `.length;
  const give = (query: string, body: string) => call(api, 'POST', `/v1/commands/${reader.id}/stdin${query}`, { body });
  expect((await give(`?offset=${begun}`, `${mark} one `)).status).toBe(204);
  expect((await give(`?offset=${begun}`, `${mark} one two `)).status).toBe(204);
  expect((await give(`?offset=${begun}`, `${mark} one `)).status).toBe(204);
  expect((await give('?eof=true', 'three')).status).toBe(204);
  expect(await bytesOf(`/v1/commands/${reader.id}/output?wait=20`)).toContain(mark);
  const ended = await call<Command>(api, 'GET', `/v1/commands/${reader.id}?wait=20`);
  expect(ended.body.stdout).toBe(`${mark} zero ${mark} one two three`);
  await run(api, id, 'tr a-z A-Z', { stdin: `${mark}!` });
  const replay = (await call<Replay>(api, 'POST', `/v1/sessions/${id}/replay`)).body;
  const read = async () => (await call<Replay>(api, 'GET', `/v1/replays/${replay.id}`)).body;
  await expect.poll(async () => (await read()).state, { timeout: 20_000 }).toBe('done');
  expect((await read()).items.map(({ same }) => same)).toEqual([true, true]);
  expect(await everything()).not.toContain(Buffer.from(mark).toString('hex'));
}, 60_000);

test('a terminal, and what is typed on it', async () => {
  const { id } = await openSession(api, { tty: true, cols: 60, rows: 5 });
  await run(api, id, 'true');
  const keys = [{ text: mark.slice(0, 3) }, { text: mark.slice(3) }, 'Enter'];
  const reading = call<Command>(api, 'POST', `/v1/sessions/${id}/commands`, {
    json: { command: 'read -r W; echo "[$W]"' },
  });
  expect((await call(api, 'POST', `/v1/sessions/${id}/keys`, { json: { keys } })).status).toBe(202);
  expect((await reading).body.stdout).toContain(`[${mark}]`);
  expect(
    (await call<Screen & { text: string }>(api, 'GET', `/v1/sessions/${id}/screen?format=json`)).body.text,
  ).toContain(`[${mark}]`);
  expect(await bytesOf(`/v1/sessions/${id}/screen`)).toContain(mark);
  const stored = await everything();
  expect(stored).not.toContain(mark);
  expect(stored).not.toContain(Buffer.from(mark.slice(3)).toString('hex'));
  expectProblem(await call(blind, 'GET', `/v1/sessions/${id}/screen`), 409, 'sealed');
}, 60_000);

test('an edge without the key says so, tells the rest, and gives no garbage', async () => {
  const { id } = await openSession(api);
  const { id: command } = await run(api, id, 'read -r W; echo "$W"', { stdin: `${mark}\n` });
  const { body } = await call<Command>(blind, 'GET', `/v1/commands/${command}`);
  expect(body).toMatchObject({ exit_code: 0, stdout_bytes: mark.length + 1, truncated: true });
  expect(body.stdout).toContain('bytes not shown');
  for (const path of ['output', 'state']) {
    expectProblem(await call(blind, 'GET', `/v1/commands/${command}/${path}`), 409, 'sealed');
  }
  expectProblem(await call(blind, 'GET', `/v1/sessions/${id}/recording`), 409, 'sealed');
  expect(await bytesOf(`/v1/commands/${command}/events`, blind)).toMatch(/event: problem\ndata: \{"code":"sealed"/);
}, 60_000);

test('what was stored plain, or under the key before, stays readable; it opens in no other place', async () => {
  const { id } = await openSession(api);
  const old = await run(api, id, 'echo old');
  const { id: other } = await run(api, id, 'echo new');
  const names = await rows<{ name: string }>(
    `select convert_from(substr(seal, 3, 2), 'UTF8') as name from limpet.output where command_id = $1`,
    [old.id],
  );
  expect(names).toEqual([{ name: 'k2' }]);
  // Rotated the other way round, the old key opens as well.
  const { url, stop } = await nodeWith(`${first},${second}`).start(started.databaseUrl, []);
  stops.push(stop);
  expect(await bytesOf(`/v1/commands/${old.id}/output`, { ...api, url })).toBe('old\n');
  await rows(
    `update limpet.output o set data = x.data, seal = x.seal from limpet.output x where o.command_id = $1 and x.command_id = $2`,
    [other, old.id],
  );
  expectProblem(await call(api, 'GET', `/v1/commands/${other}/output`), 409, 'sealed');
  await rows(`update limpet.output set data = 'bare', seal = null where command_id = $1`, [other]);
  expect(await bytesOf(`/v1/commands/${other}/output`)).toBe('bare');
}, 60_000);

test('its text is still found by a search, its output no longer', async () => {
  const { id } = await openSession(api);
  await run(api, id, `echo "needle$((1 + 1))"`);
  const found = async (q: string) =>
    (await call<{ items: Command[] }>(api, 'GET', `/v1/commands?session=${id}&q=${encodeURIComponent(q)}`)).body.items
      .length;
  expect([await found('needle$'), await found('needle2')]).toEqual([1, 0]);
});

test('a host without the key starts no shell for a sealed state, and leaves the state as it is', async () => {
  const { id } = await openSession(api, { pool: 'handed' });
  const keyed = await hostBeside({ sealKeys: text, encrypt: true, name: 'keyed', pool: 'handed' })(started.databaseUrl);
  await run(api, id, 'X=kept');
  await keyed();
  const keyless = await hostBeside({ name: 'keyless', pool: 'handed' })(started.databaseUrl);
  const refused = await run(api, id, 'echo "$X"');
  expect(refused).toMatchObject({ state: 'shell_exited', stdout: '' });
  expect(refused.problem).toContain('The encryption key "k2" is not known here.');
  const fresh = await openSession(api, { pool: 'handed' });
  const unread = await run(api, fresh.id, 'cat', { stdin: 'sealed' });
  expect(unread).toMatchObject({ state: 'shell_exited', stdout: '' });
  expect(unread.problem).toContain('its input could not be opened');
  await keyless();
  const again = await hostBeside({ sealKeys: text, name: 'again', pool: 'handed' })(started.databaseUrl);
  stops.push(again);
  expect((await run(api, id, 'echo "$X"')).stdout).toBe('kept\n');
}, 60_000);
