/** A session's secrets from end to end: in its shells, and nowhere else. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveEdge } from '../../cli/edge/serve.ts';
import { limits, parseSealKeys, type Session } from '../../sql/contract.ts';
import { silent } from '../support/log.ts';
import { call, expectProblem, openSession, type ProblemBody, run } from './api/client.ts';
import { type Adapter, type Api, onNode, startApi } from './api/fixture.ts';
import { hostBeside } from './api/host.ts';

const text = `k1:${randomBytes(32).toString('base64')}`;
const sealing: Adapter = {
  name: 'Node, with a key',
  async start(connectionString) {
    const sealKeys = parseSealKeys(text);
    const { url, close } = await serveEdge({ connectionString, host: '127.0.0.1', port: 0, log: silent, sealKeys });
    return { url, stop: close };
  },
};

let started: Awaited<ReturnType<typeof startApi>>;
let api: Api;
beforeAll(async () => {
  started = await startApi(sealing, hostBeside({ sealKeys: text }));
  api = started.api;
});
afterAll(() => started.stop());

const value = 'S3cr3t-$(x)`y"z\'w\\n é';
const secrets = { TOKEN: value, PEM: '-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----\n' };

/** Every row of every table, as text. */
async function everything(): Promise<string> {
  const client = new pg.Client({ connectionString: started.databaseUrl });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname like 'limpet%' or schemaname = 'graphile_worker'`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
    texts.push(...rows.map(({ row }) => row));
  }
  await client.end();
  return texts.join('\n');
}

test('they are in the environment of every shell of the session, and in no row, answer, state or output', async () => {
  const { body, bytes } = await call<Session>(api, 'POST', '/v1/sessions', {
    json: { name: 'kept', env: { A: '1' }, secrets },
  });
  expect(Buffer.from(bytes).toString()).not.toMatch(/TOKEN|S3cr3t|BEGIN/);
  const length = await run(
    api,
    body.id,
    'printf %s "$TOKEN" | wc -c; printf %s "$TOKEN" | sha256sum >known; env | grep -c ^TOKEN=',
  );
  expect(length.stdout).toBe(`${Buffer.byteLength(value)}\n1\n`);
  const shown = await run(
    api,
    body.id,
    'echo "a $TOKEN b"; echo "$PEM" >&2; COPY="x$TOKEN"; f() { echo "$TOKEN"; }; KEPT=1; declare -p KEPT',
  );
  expect(shown).toMatchObject({ stdout: 'a [secret TOKEN] b\ndeclare -- KEPT="1"\n', stderr: '[secret PEM]\n' });
  const pieces = `for ((i = 0; i < \${#TOKEN}; i++)); do printf %s "\${TOKEN:i:1}"; sleep 0.01; done; echo`;
  expect((await run(api, body.id, pieces)).stdout).toBe('[secret TOKEN]\n');
  expect((await run(api, body.id, 'exit 3')).state).toBe('shell_exited');
  const after = await run(
    api,
    body.id,
    'printf %s "$TOKEN" | sha256sum | cmp - known && echo same; echo "[$KEPT][$COPY]"; f',
  );
  expect(after.stdout).toBe('same\n[1][]\n[secret TOKEN]\n');
  await run(api, body.id, '(sleep 0.05; echo "late $TOKEN") & sleep 0.01');
  const late = () =>
    call<{ items: { text?: string; data?: string }[] }>(api, 'GET', `/v1/sessions/${body.id}/late-output`);
  await expect.poll(async () => JSON.stringify((await late()).body), { timeout: 20_000 }).toContain('[secret TOKEN]');
  const rows = await everything();
  for (const trace of [value, 'S3cr3t', 'MIIEvQIBADANBg']) {
    expect(rows).not.toContain(trace);
    expect(rows).not.toContain(Buffer.from(trace).toString('hex'));
    expect(rows).not.toContain(Buffer.from(trace).toString('base64').slice(0, -4));
  }
}, 60_000);

test('a fork has none of them, and they go with the session', async () => {
  const session = await openSession(api, { secrets });
  await run(api, session.id, 'X=1');
  const fork = (await call<Session>(api, 'POST', `/v1/sessions/${session.id}/fork`)).body;
  expect((await run(api, fork.id, 'echo "$X[$TOKEN]"')).stdout).toBe('1[]\n');
  const sealed = async () => {
    const client = new pg.Client({ connectionString: started.databaseUrl });
    await client.connect();
    const { rows } = await client.query('select secrets is not null as sealed from limpet.sessions where id = $1', [
      session.id,
    ]);
    await client.end();
    return rows[0]?.sealed;
  };
  expect(await sealed()).toBe(true);
  await call(api, 'DELETE', `/v1/sessions/${session.id}`);
  expect(await sealed()).toBe(false);
});

test.for([
  [{ secrets: { TOKEN: 'x'.repeat(limits.secretLengthMin - 1) } }, '/secrets/TOKEN'],
  [{ secrets: { TOKEN: 'x'.repeat(limits.secretLengthMax + 1) } }, '/secrets/TOKEN'],
  [{ secrets: { PATH: '/tmp:/bin:/usr' } }, '/secrets/PATH'],
  [{ secrets: { 'A-B': 'long enough' } }, '/secrets/A-B'],
  [{ secrets: { TOKEN: 'long enough' }, tty: true }, '/secrets'],
] as const)('%j is refused', async ([json, pointer]) => {
  const answer = await call<ProblemBody>(api, 'POST', '/v1/sessions', { json });
  expectProblem(answer, 422, 'invalid');
  expect(answer.body.errors?.map((error) => error.pointer)).toContain(pointer);
});

test('the shortest and the longest are taken; without a key none is, and it is said what to do', async () => {
  for (const length of [limits.secretLengthMin, limits.secretLengthMax]) {
    await openSession(api, { secrets: { TOKEN: 'x'.repeat(length) } });
  }
  const without = await startApi(onNode);
  const answer = await call<ProblemBody>(without.api, 'POST', '/v1/sessions', { json: { secrets } });
  expectProblem(answer, 409, 'no_encryption');
  await without.stop();
});
