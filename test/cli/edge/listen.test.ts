import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type EndListener, listenToEnds } from '../../../cli/edge/listen.ts';
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
  await vi.waitFor(() => expect(ends.listening).toBe(true));
});
afterEach(async () => {
  await ends.close();
  await owner.end();
  await database.drop();
});

const notify = (id: string) => owner.query('select pg_notify($1, $2)', ['limpet_ended', id]);
const timed = async (work: Promise<void>) => {
  const startedAt = performance.now();
  await work;
  return performance.now() - startedAt;
};

test('whoever waits for the command that ended is woken, nobody else', async () => {
  const [mine, too, other] = [ends.expect('a'), ends.expect('a'), ends.expect('b')];
  const woken = Promise.all([mine.ended(10_000, never), too.ended(10_000, never)]);
  const notWoken = timed(other.ended(500, never));
  await notify('a');
  await woken;
  expect(await notWoken).toBeGreaterThan(490);
});

test('an end between the registration and the wait is not missed', async () => {
  const wait = ends.expect('a');
  const probe = ends.expect('b');
  const heard = probe.ended(10_000, never);
  await notify('a');
  await notify('b');
  await heard;
  expect(await timed(wait.ended(10_000, never))).toBeLessThan(100);
  expect(await timed(wait.ended(200, never))).toBeGreaterThan(190);
});

test('after a lost connection every waiter looks, and ends are heard again', async () => {
  const wait = ends.expect('a');
  const looked = wait.ended(20_000, never);
  await owner.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'limpet edge listener' and datname = current_database()",
  );
  await looked;
  await vi.waitFor(() => expect(ends.listening).toBe(true), 10_000);
  await wait.ended(1, never);
  const again = timed(wait.ended(20_000, never));
  await notify('a');
  expect(await again).toBeLessThan(5_000);
});

test('closing wakes who waits', async () => {
  const wait = ends.expect('a');
  const waiting = timed(wait.ended(20_000, never));
  await ends.close();
  expect(await waiting).toBeLessThan(1_000);
});
