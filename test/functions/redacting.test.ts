/** Redaction from end to end: no way to read a command shows what a rule knows, every offset stays, and an admin may look at it as it is. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveEdge } from '../../cli/edge/serve.ts';
import { parseOwnRules, parseRules } from '../../functions/redaction/rules.ts';
import { type Command, parseSealKeys, type RecordedEvent, type Replay, type ShellState } from '../../sql/contract.ts';
import { silent } from '../support/log.ts';
import { startWorkerd } from '../support/workerd.ts';
import { call, expectProblem, openSession, run } from './api/client.ts';
import { type Adapter, type Api, startApi } from './api/fixture.ts';
import { hostBeside } from './api/host.ts';

const sealKeys = `k1:${randomBytes(32).toString('base64')}`;
/** It seals as well: what is masked has been opened before. */
const redacting: Adapter = {
  name: 'Node, redacting',
  async start(connectionString) {
    const redact = [...parseRules('all'), ...parseOwnRules('ticket=TCK-[0-9]{6}')];
    const address = { host: '127.0.0.1', port: 0, log: silent };
    const stored = { sealKeys: parseSealKeys(sealKeys), encrypt: true };
    const { url, close } = await serveEdge({ connectionString, ...address, ...stored, redact });
    return { url, stop: close };
  },
};

let started: Awaited<ReturnType<typeof startApi>>;
let api: Api;
beforeAll(async () => {
  started = await startApi(redacting, hostBeside({ sealKeys, encrypt: true }));
  api = started.api;
});
afterAll(() => started.stop());

// In two parts, so that nobody who looks for keys in files finds one.
const token = `ghp_${'Zy9xW8vU'.repeat(5).slice(0, 36)}`;
const mask = `[redacted github-token]${'*'.repeat(token.length - 23)}`;

async function textOf(path: string, options = {}): Promise<string> {
  const { status, bytes } = await call(api, 'GET', path, options);
  expect(status, path).toBe(200);
  return Buffer.from(bytes).toString();
}

async function pageOf(path: string): Promise<string> {
  const response = await fetch(api.url + path, { headers: { 'X-Shell-Key': api.key } });
  expect(response.status, path).toBe(200);
  return response.text();
}

test('every way to read a command, its output and its state shows the mask, and which rule put it there', async () => {
  const { id } = await openSession(api, { name: 'seen' });
  const row = await run(
    api,
    id,
    `T=${token}; echo "a $T b"; echo "$T" >&2; f() { echo "$T"; }; (sleep 0.05; echo "late $T") & :`,
  );
  expect(row.command).toContain(`T=${mask};`);
  expect(row).toMatchObject({ stdout: `a ${mask} b\n`, stderr: `${mask}\n`, redacted: ['github-token'] });
  const answer = await call(api, 'GET', `/v1/commands/${row.id}`);
  expect(answer.headers.get('limpet-redaction')).toContain('github-token, ');
  await expect.poll(() => textOf(`/v1/sessions/${id}/late-output`), { timeout: 20_000 }).toContain(`late ${mask}`);
  const state = (await call<ShellState>(api, 'GET', `/v1/commands/${row.id}/state`)).body;
  expect(state.variables.find(({ name }) => name === 'T')?.value).toBe(mask);
  const replay = (await call<Replay>(api, 'POST', `/v1/sessions/${id}/replay`)).body;
  const paths = [
    `/v1/commands/${row.id}/events`,
    ...['asciicast-v3', 'txt', 'ndjson'].map((format) => `/v1/sessions/${id}/recording?format=${format}`),
    `/v1/sessions/${id}/commands`,
    '/v1/commands',
    `/v1/replays/${replay.id}`,
  ];
  const shown = await Promise.all(paths.map((path) => textOf(path)));
  const pages = await Promise.all([`/s/${id}`, `/jobs/${row.id}`, '/', '/jobs'].map(pageOf));
  for (const text of [...shown, ...pages]) {
    expect(text).toContain('[redacted github-token]');
    expect(text).not.toContain(token.slice(4));
  }
  expect((await run(api, id, 'echo TCK-123456 TCK-12345')).stdout).toBe('********** TCK-12345\n');
  const clean = await run(api, id, 'echo nothing');
  expect(clean.redacted).toBeUndefined();
}, 60_000);

test('offsets and sizes stay, wherever a secret is cut, and its start is masked before its end has come', async () => {
  const { id } = await openSession(api);
  const row = await run(api, id, `printf '%s' '12345 ${token} 67890'`);
  const whole = `12345 ${mask} 67890`;
  expect([row.stdout, row.stdout_bytes]).toEqual([whole, whole.length]);
  const read = (offset: number, limit: number) =>
    textOf(`/v1/commands/${row.id}/output?offset=${offset}&limit=${limit}`);
  for (const [offset, limit] of [
    [0, 8],
    [7, 5],
    [20, 40],
    [-8, 8],
    [45, 3],
  ] as const) {
    const from = offset < 0 ? whole.length + offset : offset;
    expect(await read(offset, limit), `${offset}, ${limit}`).toBe(whole.slice(from, from + limit));
  }
  const command = 'read -r; printf %s "$A"; read -r; echo "$B"';
  const env = { A: token.slice(0, 20), B: token.slice(20) };
  const { body: running } = await call<Command>(api, 'POST', `/v1/sessions/${id}/commands`, {
    json: { command, env, interactive: true },
    headers: { Prefer: 'wait=0' },
  });
  const following = textOf(`/v1/commands/${running.id}/events`);
  await call(api, 'POST', `/v1/commands/${running.id}/stdin`, { body: '\n' });
  await expect.poll(async () => (await textOf(`/v1/commands/${running.id}/output?wait=5`)).length).toBe(20);
  expect(await textOf(`/v1/commands/${running.id}/output`)).toBe('*'.repeat(20));
  await call(api, 'POST', `/v1/commands/${running.id}/stdin?eof=true`, { body: '\n' });
  const events = await following;
  expect(events).toContain('event: output');
  for (const part of [token.slice(4, 16), token.slice(24)]) expect(events).not.toContain(part);
  expect(await textOf(`/v1/sessions/${id}/recording?format=ndjson`)).not.toContain(token.slice(24));
  const long = await run(api, id, `for i in {1..9000}; do echo "$i ${token}"; done`);
  expect(long.truncated).toBe(true);
  expect(long.stdout).not.toMatch(/Zy9x|xW8v/);
  expect(long.stdout.endsWith(`9000 ${mask}\n`)).toBe(true);
}, 60_000);

test('on a terminal and through shelld’s surface, too', async () => {
  const { id } = await openSession(api, { tty: true, cols: 80, rows: 5 });
  await run(api, id, `printf '%s\\n' '${token}'`);
  for (const format of ['text', 'json', 'html']) {
    const screen = await textOf(`/v1/sessions/${id}/screen?format=${format}`);
    expect(screen).toContain('[redacted github-token]');
    expect(screen).not.toContain(token.slice(8));
  }
  const headers = { 'X-Shell-Key': api.key };
  await fetch(`${api.url}/lock`, { method: 'POST', headers });
  const executed = await fetch(`${api.url}/execute`, { method: 'POST', headers, body: `echo '${token}'` });
  expect([await executed.text(), executed.headers.get('limpet-redaction')]).toEqual([
    `${mask}\n`.trimEnd(),
    expect.stringContaining('bearer'),
  ]);
  await fetch(`${api.url}/unlock`, { method: 'POST', headers });
}, 60_000);

test('what is sent again is what was sent, not its mask', async () => {
  const { id } = await openSession(api);
  const { id: first } = await run(api, id, `[[ '${token}' == ghp_Zy9x* ]] && echo same`);
  const again = await fetch(`${api.url}/jobs/${first}/again`, {
    method: 'POST',
    headers: { 'X-Shell-Key': api.key },
    body: new URLSearchParams({ key: 'again' }),
    redirect: 'manual',
  });
  const sent = /[0-9a-f-]{36}/.exec(again.headers.get('location') ?? again.headers.get('hx-location') ?? '')?.[0];
  const { body } = await call<Command>(api, 'GET', `/v1/commands/${sent}?wait=20`);
  expect(body).toMatchObject({ stdout: 'same\n', command: expect.stringContaining(mask) });
}, 60_000);

test('only an admin may have it as it is, and the record says so', async () => {
  const { id } = await openSession(api);
  const row = await run(api, id, `echo '${token}'`);
  const paths = [
    `/v1/commands/${row.id}`,
    `/v1/commands/${row.id}/output`,
    `/v1/commands/${row.id}/events`,
    `/v1/sessions/${id}/commands`,
    `/v1/sessions/${id}/recording`,
    `/v1/commands`,
  ];
  for (const path of paths) {
    expectProblem(await call(api, 'GET', `${path}?raw=true`), 403, 'forbidden');
    // At once, since nothing but the request itself tells them apart.
    const [raw, masked] = await Promise.all([
      call(api, 'GET', `${path}?raw=true`, { key: api.adminKey }),
      textOf(path, { key: api.adminKey }),
    ]);
    expect(Buffer.from(raw.bytes).toString(), path).toContain(token);
    expect(raw.headers.get('limpet-redaction')).toBeNull();
    expect(masked).not.toContain(token);
  }
  expectProblem(await call(api, 'GET', `/v1/sessions/${id}/late-output?raw=perhaps`), 422, 'invalid');
  const { body } = await call<{ items: RecordedEvent[] }>(api, 'GET', '/v1/audit?kind=record.unredacted', {
    key: api.adminKey,
  });
  const of = body.items.map(({ payload }) => payload?.session_id);
  expect(of).toContain(id);
  expect(of).toContain('00000000-0000-0000-0000-000000000000');
}, 60_000);

test('in workerd, too, with what its bindings say', async () => {
  const secrets = { LIMPET_ENCRYPTION_KEYS: sealKeys, LIMPET_ENCRYPT: '1', LIMPET_REDACT: 'all' };
  const { url, stop } = await startWorkerd(started.databaseUrl, { secrets });
  const edge = { ...api, url };
  const { id } = await openSession(edge);
  const row = await run(edge, id, 'cat; cat /dev/zero | head -c 20000 | tr "\\0" "\\244"', { stdin: `${token}\n` });
  expect(row.stdout.startsWith(`${mask}\n`)).toBe(true);
  const bytes = (await call(edge, 'GET', `/v1/commands/${row.id}/output?offset=10`)).bytes;
  expect(Buffer.from(bytes).toString('latin1')).toBe(`${mask}\n`.slice(10) + '\u00a4'.repeat(20_000));
  const raw = await call(edge, 'GET', `/v1/commands/${row.id}/output?raw=true&limit=40`, { key: api.adminKey });
  expect(Buffer.from(raw.bytes).toString()).toBe(token);
  await stop();
}, 60_000);
