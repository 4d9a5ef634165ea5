/** The edge while its database is away: 503 and when to come again, never a hang, never half a command. */
import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pgQuery } from '../../../cli/edge/connection.ts';
import { serveEdge } from '../../../cli/edge/serve.ts';
import { adminCalls } from '../../../sql/admin.ts';
import type { Command, Page } from '../../../sql/contract.ts';
import { Reader } from '../../behaviour/reader.ts';
import { createEmptyDatabase } from '../../support/database.ts';
import { silent } from '../../support/log.ts';
import { Patient } from '../../support/patient.ts';
import { type OwnPostgres, startOwnPostgres } from '../../support/postgres.ts';
import { type Answer, call, expectProblem, type ProblemBody } from './client.ts';
import { type Adapter, type Api, inWorkerd, onNode } from './fixture.ts';

const adminKey = 'a key for outages';
const asApi = (url: string): Api => ({ url, key: adminKey, readKey: '', otherKey: '', adminKey, logged: undefined });
const id = randomUUID();
const json = { command: 'true' };
/** One of each kind of route that needs the database. */
const routes: [method: string, path: string, options?: object][] = [
  ['GET', '/ready', { key: null }],
  ['POST', '/v1/sessions', { json: {} }],
  ['GET', '/v1/sessions'],
  ['DELETE', `/v1/sessions/${id}`],
  ['POST', `/v1/sessions/${id}/commands`, { json }],
  ['POST', '/v1/exec', { json }],
  ['GET', `/v1/commands/${id}?wait=20`],
  ['GET', `/v1/commands/${id}/output`],
  ['GET', `/v1/commands/${id}/events`],
  ['DELETE', `/v1/commands/${id}`],
  ['GET', '/v1/hosts'],
];

/** Asks each route. Their answers must be the same problem, with a time to come again. */
async function expectUnavailable(api: Api): Promise<void> {
  const answers = await Promise.all(routes.map(([method, path, options]) => call(api, method, path, options)));
  for (const answer of answers) {
    expectProblem(answer, 503, 'database_unavailable');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
}

async function bootstrap(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  await adminCalls(pgQuery(pool)).bootstrapKey(randomUUID(), 'admin', createHash('sha256').update(adminKey).digest());
  await pool.end();
}

describe.each<Adapter>([onNode, inWorkerd])('the edge on $name', (adapter) => {
  let postgres: OwnPostgres;
  let edge: { url: string; stop(): Promise<void> };
  let api: Api;
  beforeAll(async () => {
    postgres = await startOwnPostgres();
    await bootstrap(postgres.url);
    edge = await adapter.start(postgres.url, []);
    api = asApi(edge.url);
  });
  afterAll(async () => {
    await edge.stop();
    await postgres.remove();
  });

  test('answers 503 and when to come again while Postgres is away, and serves at once when it is back', async () => {
    const caller = new Patient(api);
    const session = await caller.open();
    await postgres.crash();
    await expectUnavailable(api);
    expect((await call(api, 'GET', '/health', { key: null })).status).toBe(200);
    await postgres.start();
    const { id: command } = await caller.submit(session, 'true');
    expect(await caller.command(command)).toMatchObject({ state: 'queued' });
  });

  test('a change that got no answer may be sent again with its key: it is done once, whenever the outage came', async () => {
    const caller = new Patient(api);
    const session = await caller.open();
    const path = `/v1/sessions/${session}/commands`;
    const keys = Array.from({ length: 60 }, () => randomUUID());
    const send = (key: string): Promise<Answer<Command>> =>
      call(api, 'POST', path, { json, headers: { 'Idempotency-Key': key, Prefer: 'wait=0' } });
    const sending = keys.map(send);
    await Promise.race(sending);
    await postgres.crash();
    const first = await Promise.all(sending);
    for (const { status } of first) expect([202, 503]).toContain(status);
    await postgres.start();
    await caller.session(session);
    const again = await Promise.all(keys.map(send));
    expect(new Set(again.map(({ status }) => status))).toEqual(new Set([202]));
    for (const [index, { status, body }] of first.entries()) {
      if (status === 202) expect(again[index]?.body.id).toBe(body.id);
    }
    const { body } = await call<Page<Command>>(api, 'GET', `${path}?limit=1000`);
    expect(body.items.map((command) => command.id).sort()).toEqual(again.map((answer) => answer.body.id).sort());
  });

  test('a command that was accepted is told as accepted, though nothing can be read of it any more', async () => {
    const caller = new Patient(api);
    const session = await caller.open();
    const path = `/v1/sessions/${session}/commands`;
    const sent = call<Command>(api, 'POST', path, { json, headers: { Prefer: 'wait=3' } });
    const list = () => call<Page<Command>>(api, 'GET', path);
    await expect.poll(async () => (await list()).body.items.length, { timeout: 10_000 }).toBe(1);
    await postgres.crash();
    expect(await sent).toMatchObject({ status: 202, body: { state: 'queued' } });
    await postgres.start();
    expect((await caller.command((await sent).body.id)).state).toBe('queued');
  });

  test('who waits for a command, and who follows it, is answered though Postgres was away in between', async () => {
    const caller = new Patient(api);
    const session = await caller.open();
    const { id: command } = await caller.submit(session, 'true');
    const waiting = call<Command>(api, 'GET', `/v1/commands/${command}?wait=25`);
    const reader = await Reader.follow(api, command);
    reader.read();
    await expect.poll(() => reader.story().events.length).toBe(1);
    await postgres.crash();
    await postgres.start();
    await caller.session(session);
    expect((await call(api, 'DELETE', `/v1/commands/${command}`)).status).toBe(202);
    expect(await waiting).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    expect((await reader.whole()).events.at(-1)).toMatchObject({ event: 'state', data: { state: 'cancelled' } });
  });

  test('a database that nobody migrated is said to be so', async () => {
    const empty = await createEmptyDatabase();
    const other = await adapter.start(empty.url, []);
    await expectUnavailable(asApi(other.url));
    const { body } = await call<ProblemBody>(asApi(other.url), 'GET', '/ready', { key: null });
    expect(body).toMatchObject({ detail: 'The database is not set up for this version.' });
    await other.stop();
    await empty.drop();
  });
});

test('a Postgres that takes connections and answers nothing hangs nobody', async () => {
  const postgres = await startOwnPostgres();
  await bootstrap(postgres.url);
  const given = { host: '127.0.0.1', port: 0, log: silent, statementMs: 500 };
  const edge = await serveEdge({ connectionString: postgres.url, ...given });
  const api = asApi(edge.url);
  expect((await call(api, 'GET', '/v1/sessions')).status).toBe(200);
  postgres.freeze();
  await expectUnavailable(api);
  postgres.thaw();
  expect(await new Patient(api).open()).toBeTruthy();
  await edge.close();
  await postgres.remove();
}, 60_000);
