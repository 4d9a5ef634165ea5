/** The one connection on which a host hears of work: shared, in turn, and found again after it was lost. */
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { Nearby } from '../../sql/nearby.ts';
import { connect } from '../../worker/connections.ts';
import { openDatabase } from '../../worker/database.ts';
import { Listening, listenBy } from '../../worker/listening.ts';
import { supervise } from '../../worker/runner.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { silent } from '../support/log.ts';

let database: TestDatabase;
let owner: pg.Client;
beforeAll(async () => {
  database = await createDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

const ignore = () => {};
const incarnation = '11111111-2222-4333-8444-555555555555';
/** A short call that does nothing. */
const near =
  'select limpet_host.claim_command(p_incarnation => null, p_session => null, p_epoch => null, p_attempt => null)';

function openPool(): pg.Pool {
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
  onTestFinished(() => pool.end());
  return pool;
}

interface User {
  client: pg.PoolClient;
  release(): void;
}

/** Asks as a runner of graphile-worker does. */
function asked(pool: pg.Pool): Promise<User> {
  return new Promise((resolve, reject) => {
    pool.connect((error, client, release) => (client ? resolve({ client, release }) : reject(error)));
  });
}

const pidOf = async (client: pg.ClientBase) => (await client.query('select pg_backend_pid() as pid')).rows[0].pid;

test('who asks to listen shares one connection; all else of the pool has its own', async () => {
  const [own, jobs] = [openPool(), openPool()];
  const shared = listenBy(new Listening(own, new Nearby()), jobs);
  const [first, second] = await Promise.all([asked(shared), asked(shared)]);
  const worker = await shared.connect();
  // All at once: each waits for the one before.
  const [one, two, other] = await Promise.all([pidOf(first.client), pidOf(second.client), pidOf(worker)]);
  expect(two).toBe(one);
  expect(other).not.toBe(one);
  expect((await shared.query('select pg_backend_pid() as pid')).rows[0].pid).not.toBe(one);
  worker.release();

  const heard: string[] = [];
  for (const { client } of [first, second]) client.on('notification', ({ payload }) => heard.push(payload ?? ''));
  await first.client.query('listen shared');
  await owner.query("notify shared, 'news'");
  await expect.poll(() => heard).toEqual(['news', 'news']);

  // A runner may say it twice; it is one user even so.
  first.release();
  first.release();
  expect(await pidOf(second.client)).toBe(one);
  second.release();
  second.release();
  const third = await asked(shared);
  expect(await pidOf(third.client)).not.toBe(one);
  third.release();
  await expect.poll(() => own.totalCount).toBe(0);
});

test('one that is lost is told to each who shares it, and who asks again shares the next', async () => {
  const own = openPool();
  const nearby = new Nearby();
  const shared = listenBy(new Listening(own, nearby), openPool());
  const users = await Promise.all([asked(shared), asked(shared)]);
  const [first] = users as [User, User];
  const pid = await pidOf(first.client);
  const lost = users.map(
    ({ client, release }) => new Promise<void>((resolve) => client.once('error', () => resolve(release()))),
  );
  await owner.query('select pg_terminate_backend($1)', [pid]);
  await Promise.all(lost);
  const [third, fourth] = await Promise.all([asked(shared), asked(shared)]);
  const next = await pidOf(third.client);
  expect(next).not.toBe(pid);
  expect(await pidOf(fourth.client)).toBe(next);
  const query = nearby.over(async () => [{ pid: 'elsewhere' }]);
  expect(await query(near, [])).toEqual([{ claim_command: null }]);
  third.release();
  fourth.release();
  await expect.poll(() => own.totalCount).toBe(0);
});

test('one that gives no answer any more is given up by the first call that goes by it', async () => {
  const { pool: own } = openDatabase(database.url, silent, { statementMs: 300 });
  onTestFinished(() => own.end());
  const nearby = new Nearby();
  const shared = listenBy(new Listening(own, nearby), openPool());
  const first = await asked(shared);
  const pid = await pidOf(first.client);
  const told = new Promise<Error>((resolve) => first.client.once('error', resolve));
  process.kill(pid, 'SIGSTOP');
  onTestFinished(() => void process.kill(pid, 'SIGCONT'));
  const query = nearby.over(async () => [{ pid: 'elsewhere' }]);
  await expect(query(near, [])).rejects.toThrow(/timeout/);
  expect(await told).toBeInstanceOf(Error);
  expect(await query(near, [])).toEqual([{ pid: 'elsewhere' }]);
  first.release();
  const next = await asked(shared);
  expect(await pidOf(next.client)).not.toBe(pid);
  expect(await query(near, [])).toEqual([{ claim_command: null }]);
  next.release();
});

test('a call that waits for what somebody has locked does so on another connection, and news are heard meanwhile', async () => {
  const connections = await connect(database.url, silent);
  const user = await asked(connections.jobs);
  const heard = new Promise((resolve) => user.client.once('notification', resolve));
  await user.client.query('listen locked');
  await owner.query('begin');
  await owner.query('lock table limpet.sessions in access exclusive mode');
  const claimed = connections.calls
    .claimCommand({ incarnation, session: incarnation, epoch: 1 }, incarnation)
    .catch(String);
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  const waiting = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  await expect.poll(async () => (await other.query(waiting)).rows.length).toBe(1);
  await other.query('notify locked');
  await other.end();
  await heard;
  await owner.query('rollback');
  expect(await claimed).toContain('no longer this host');
  user.release();
  await connections.close();
});

test('where none can be had, who asks is told so, and may ask again', async () => {
  const gone = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
  const listening = new Listening(gone, new Nearby());
  for (const _ of ['once', 'again']) {
    const refused = await new Promise((resolve) => listening.connect((error) => resolve(error)));
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
  }
  await gone.end();
});

test('both runners of a host listen on one connection', async () => {
  const connections = await connect(database.url, silent);
  const options = { taskList: { nothing: async () => {} }, concurrentJobs: 1, pollMs: 60_000, fetchedMax: 1 };
  const runners = ['own', 'shared'].map(() => supervise(connections.jobs, options, silent));
  const listeners = async () =>
    (await owner.query("select pid from pg_stat_activity where datname = current_database() and query ilike 'listen%'"))
      .rows.length;
  await expect.poll(listeners, { timeout: 10_000 }).toBe(1);
  await owner.query("select graphile_worker.add_job('nothing')");
  const left = async () => (await owner.query('select count(*)::int as left from graphile_worker.jobs')).rows[0].left;
  await expect.poll(left, { timeout: 10_000 }).toBe(0);
  await Promise.all(runners.map((runner) => runner.stop()));
  await connections.close();
  const remaining =
    "select from pg_stat_activity where datname = current_database() and application_name = 'limpet host'";
  await expect.poll(async () => (await owner.query(remaining)).rows.length).toBe(0);
});
