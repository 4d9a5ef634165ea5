import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type EndListener, listenToEnds } from '../../../cli/edge/listen.ts';
import { DatabaseUnavailable } from '../../../functions/query.ts';
import { Nearby } from '../../../sql/nearby.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { silent } from '../../support/log.ts';

const never = new AbortController().signal;
let database: TestDatabase;
let owner: pg.Client;
let ends: EndListener;

beforeEach(async () => {
  database = await createDatabase();
  owner = new pg.Client(database.url);
  await owner.connect();
  ends = listenToEnds(database.url, silent);
  await vi.waitFor(() => expect(ends.hears).toBe(true));
});
afterEach(async () => {
  await ends.close();
  await owner.end();
  await database.drop();
});

/** Longer than a test may take: who waits so long and is not woken fails it. */
const tooLongMs = 60_000;
const notify = (id: string) => owner.query('select pg_notify($1, $2)', ['limpet_ended', id]);
const timed = async (work: Promise<unknown>) => {
  const startedAt = performance.now();
  await work;
  return performance.now() - startedAt;
};

test('whoever waits for the command that ended is woken, nobody else', async () => {
  const [mine, too, other] = [ends.expect('a'), ends.expect('a'), ends.expect('b')];
  const woken = Promise.all([mine.ended(tooLongMs, never), too.ended(tooLongMs, never)]);
  const notWoken = timed(other.ended(500, never));
  await notify('a');
  await woken;
  expect(await notWoken).toBeGreaterThan(490);
});

test('who waited says whether anything was told', async () => {
  const wait = ends.expect('a');
  expect(await wait.ended(1, never)).toBe(false);
  const heard = wait.ended(tooLongMs, never);
  await notify('a');
  expect(await heard).toBe(true);
});

test('an end between the registration and the wait is not missed', async () => {
  const wait = ends.expect('a');
  const probe = ends.expect('b');
  const heard = probe.ended(tooLongMs, never);
  await notify('a');
  await notify('b');
  await heard;
  await wait.ended(tooLongMs, never);
  expect(await timed(wait.ended(200, never))).toBeGreaterThan(190);
});

test('an answer is for who waits for that command, and garbage for nobody', async () => {
  const [mine, other] = [ends.expect('a'), ends.expect('b')];
  const heard = Promise.all([mine.ended(tooLongMs, never), other.ended(tooLongMs, never)]);
  const tell = (payload: string) => owner.query('select pg_notify($1, $2)', [ends.answersTo, payload]);
  for (const payload of ['garbage', 'null', '{"id":"a","state":"exited"}']) await tell(payload);
  await notify('b');
  expect(await heard).toEqual([true, true]);
  expect([mine.answer, other.answer]).toEqual([{ id: 'a', state: 'exited' }, undefined]);
});

test('after a lost connection every waiter looks, and ends are heard again', async () => {
  const wait = ends.expect('a');
  const looked = wait.ended(tooLongMs, never);
  await owner.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'limpet edge listener' and datname = current_database()",
  );
  await looked;
  await vi.waitFor(() => expect(ends.hears).toBe(true), 10_000);
  await wait.ended(1, never);
  const again = wait.ended(tooLongMs, never);
  await notify('a');
  await again;
});

test('closing wakes who waits', async () => {
  const wait = ends.expect('a');
  const waiting = wait.ended(tooLongMs, never);
  await ends.close();
  await waiting;
});

test('a connection that gives no answer any more is given up by the first call that goes by it, and another one listens', async () => {
  const nearby = new Nearby();
  const carrying = listenToEnds(database.url, silent, { nearby, statementMs: 300 });
  await vi.waitFor(() => expect(carrying.hears).toBe(true));
  const query = nearby.over(async () => [{ served: 'elsewhere' }]);
  const near = () => query('select limpet_edge.read_command(p_credential => null, p_id => null)', []);
  await expect(near()).rejects.toMatchObject({ code: 'LP401' });
  const { rows } = await owner.query(
    "select pid from pg_stat_activity where datname = current_database() and query like 'select limpet_edge.read_command%'",
  );
  const [{ pid }] = rows;
  process.kill(pid, 'SIGSTOP');
  try {
    await expect(near()).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(await near()).toEqual([{ served: 'elsewhere' }]);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await vi.waitFor(() => expect(carrying.hears).toBe(true));
  await expect(near()).rejects.toMatchObject({ code: 'LP401' });
  const heard = carrying.expect('a').ended(tooLongMs, never);
  await notify('a');
  await heard;
  await carrying.close();
});
