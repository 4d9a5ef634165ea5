/** An edge on Node with something of everything behind it, made without running a command: what attacks are aimed at. */
import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { pgQuery } from '../../cli/edge/connection.ts';
import { serveEdge } from '../../cli/edge/serve.ts';
import type { Command, Query, Session } from '../../sql/contract.ts';
import { hostCalls, type Owned } from '../../sql/host.ts';
import { call } from '../functions/api/client.ts';
import { type Adapter, type Api, startApi } from '../functions/api/fixture.ts';

/** Short waits: no host answers here. */
const shelld = { waitMs: 20, waitMsMax: 20, openMs: 20, closeMs: 20 };

const briefly: Adapter = {
  name: 'Node with pg',
  async start(connectionString, logged) {
    const log = (level: string, event: string, fields = {}) => void logged.push({ level, event, ...fields });
    const { url, close } = await serveEdge({ connectionString, host: '127.0.0.1', port: 0, log, shelld });
    return { url, stop: close };
  },
};

export interface World {
  api: Api;
  /** As the owner of the tables. */
  query: Query;
  /** Alice's: a session with commands that ended and one that waits, one with a terminal, and one that is closed. */
  make(words?: Words): Promise<Made>;
}
/** What is said in it. */
export interface Words {
  name?: string;
  command?: string;
  output?: string;
  title?: string;
}
export interface Made {
  session: Session;
  terminal: Session;
  closed: Session;
  ended: Command;
  queued: Command;
  replayId: string;
}

export function useWorld(): () => World {
  let started: Awaited<ReturnType<typeof startApi>> | undefined;
  let pool: pg.Pool | undefined;
  let world: World | undefined;
  beforeAll(async () => {
    started = await startApi(briefly);
    pool = new pg.Pool({ connectionString: started.databaseUrl, max: 4 });
    const query = pgQuery(pool);
    const incarnation = await register(query);
    const { api } = started;
    world = { api, query, make: (words) => make(api, query, incarnation, words) };
  });
  afterAll(async () => {
    await pool?.end();
    await started?.stop();
  });
  return () => {
    if (!world) throw new Error('the world was not made');
    return world;
  };
}

/** A host that nobody runs, with a lease for longer than any test. */
async function register(query: Query): Promise<string> {
  const incarnation = randomUUID();
  const host = { name: 'stand-in', pool: 'default', capacity: 100_000, version: 'test' };
  await hostCalls(query).registerHost(incarnation, host);
  await query(`update limpet.hosts set lease_until = lease_until + interval '1 hour' where incarnation = $1`, [
    incarnation,
  ]);
  return incarnation;
}

async function make(api: Api, query: Query, incarnation: string, words: Words = {}): Promise<Made> {
  const host = hostCalls(query);
  const open = async (json: object) => (await call<Session>(api, 'POST', '/v1/sessions', { json })).body;
  const submit = async (session: string, command: string) => {
    const options = { json: { command }, headers: { Prefer: 'wait=0' } };
    return (await call<Command>(api, 'POST', `/v1/sessions/${session}/commands`, options)).body;
  };
  const labels = { label: words.name ?? 'value' };
  const session = await open({ name: words.name ?? `s-${randomUUID()}`, labels });
  const terminal = await open({ tty: true, cols: 20, rows: 3 });
  const closed = await open({ labels });
  const [owned, shown] = [await adopt(query, incarnation, session.id), await adopt(query, incarnation, terminal.id)];
  const { id } = await submit(session.id, words.command ?? 'echo one');
  const attempt = randomUUID();
  await host.claimCommand(owned, attempt);
  const bytes = Buffer.from(words.output ?? 'one\n');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const totals = { stdout_bytes: bytes.length, stderr_bytes: bytes.length };
  const result = { ...exited, ...totals, stdout_sha256: sha256, stderr_sha256: sha256 };
  const state = Buffer.from('declare -- A="1"\n');
  await host.finishCommand(owned, attempt, result, state, null, [
    { stream: 1, offset: 0, skip: 0, bytes },
    { stream: 2, offset: 0, skip: 0, bytes },
  ]);
  await host.appendLateOutput(owned, { command: id, stream: 1, offset: 0, data: bytes, dropped: 0 });
  await host.storeScreen(shown, 1, { ...screen, title: words.title ?? 'title', lines: linesOf(words.output ?? 'one') });
  const replay = await call<{ id: string }>(api, 'POST', `/v1/sessions/${session.id}/replay`, {
    json: { force: true },
  });
  await call(api, 'DELETE', `/v1/sessions/${closed.id}`);
  const queued = await submit(session.id, 'echo two');
  const ended = (await call<Command>(api, 'GET', `/v1/commands/${id}`)).body;
  return { session, terminal, closed, ended, queued, replayId: replay.body.id };
}

async function adopt(query: Query, incarnation: string, session: string): Promise<Owned> {
  const taken = await hostCalls(query).adoptSession(incarnation, session);
  if (taken === null || 'refused' in taken) throw new Error('the session was not adopted');
  return { incarnation, session, epoch: taken.epoch };
}

const exited = {
  ...{ state: 'exited' as const, exit_code: 3, signal: null, cwd: '/tmp', generation: 1, problem: null, jobs: 0 },
};
const screen = {
  ...{ cols: 20, rows: 3, alternate: false, simplified: false },
  cursor: { row: 0, col: 0, visible: true },
};
const linesOf = (text: string) => [{ runs: [{ col: 0, text: text.replaceAll(/\p{Cc}/gu, '') }] }];
