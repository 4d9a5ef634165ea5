/** What whoever watches a session is told. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { changedChannel } from '../../sql/contract.ts';
import { listenForNews } from '../../sql/listen.ts';
import { ended, type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
let listener: pg.Client;
let told: string[];
beforeAll(async () => {
  fixture = await sqlFixture();
});
afterAll(() => fixture.drop());
beforeEach(async () => {
  told = [];
  listener = new pg.Client(fixture.url);
  await listener.connect();
  listener.on('notification', ({ channel, payload }) => {
    if (channel === changedChannel) told.push(payload ?? '');
  });
  await listenForNews(async (text, values) => (await listener.query(text, [...values])).rows, '0'.repeat(32));
});
afterEach(() => listener.end());

/** A session with a running command. */
async function busy() {
  const incarnation = await fixture.register();
  const owned = await fixture.adopted(incarnation);
  await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command: 'true' });
  const attempt = randomUUID();
  await fixture.host.claimCommand(owned, attempt);
  return { owned, incarnation, attempt };
}

/** Notifications come in the order of their commits, so what was told before this one is there. */
async function toldBefore(): Promise<string[]> {
  await fixture.query('select pg_notify($1, $2)', [changedChannel, 'mark']);
  await vi.waitFor(() => expect(told).toContain('mark'));
  return told.splice(0).slice(0, -1);
}

const piece = (attempt: string) => ({ attempt, stream: 1 as const, offset: 0, skip: 0, bytes: Buffer.from('x') });

test('nothing is told of a session that nobody watches', async () => {
  const { owned, incarnation, attempt } = await busy();
  await fixture.host.appendOutput(incarnation, [piece(attempt)]);
  await fixture.host.finishCommand(owned, attempt, { ...ended, stdout_bytes: 1 }, null, null, []);
  expect(await toldBefore()).toEqual([]);
});

test('output, ends, what is sent and the screen are told while it is watched, and nothing once that is over', async () => {
  const { owned, incarnation, attempt } = await busy();
  expect(await fixture.edge.watchSession(fixture.admin, owned.session, 60_000)).toBe(false);
  expect(await fixture.edge.watchSession(fixture.admin, owned.session, 60_000)).toBe(true);
  expect(await toldBefore()).toEqual([]);
  await fixture.host.appendOutput(incarnation, [piece(attempt)]);
  expect(await toldBefore()).toEqual([owned.session]);
  await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command: 'true' });
  expect(await toldBefore()).toEqual([owned.session]);
  await fixture.host.finishCommand(owned, attempt, { ...ended, stdout_bytes: 1 }, null, randomUUID(), []);
  expect(new Set(await toldBefore())).toEqual(new Set([owned.session]));
  await fixture.host.storeScreen(owned, 1, screen);
  expect(await toldBefore()).toEqual([owned.session]);
  await fixture.query(`update limpet.sessions set watched_until = now() - interval '1 second' where id = $1`, [
    owned.session,
  ]);
  await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command: 'true' });
  await fixture.host.storeScreen(owned, 1, screen);
  expect(await toldBefore()).toEqual([]);
});

test('who watches waits for nobody that works on the session, and says so', async () => {
  const { owned } = await busy();
  const working = new pg.Client(fixture.url);
  await working.connect();
  await working.query('begin');
  await working.query('select from limpet.sessions where id = $1 for no key update', [owned.session]);
  expect(await fixture.edge.watchSession(fixture.admin, owned.session, 60_000)).toBe(false);
  expect(await fixture.edge.watchSession(fixture.admin, owned.session, 60_000)).toBe(false);
  await working.end();
});

test('it is told for as long as was asked for, a quarter of an hour at most, and for no shorter by who asks for less', async () => {
  const { owned } = await busy();
  const watch = (ms: number) => fixture.edge.watchSession(fixture.admin, owned.session, ms);
  const leftMs = async () => {
    const left = `select extract(epoch from watched_until - now()) * 1000 as ms from limpet.sessions where id = $1`;
    const [row] = await fixture.query(left, [owned.session]);
    return Number((row as { ms: string }).ms);
  };
  expect([await watch(60_000), await watch(100_000)]).toEqual([false, true]);
  expect(await leftMs()).toBeLessThanOrEqual(60_000);
  expect(await watch(600_000)).toBe(true);
  expect(await leftMs()).toBeGreaterThan(590_000);
  expect(await watch(60_000)).toBe(true);
  expect(await leftMs()).toBeGreaterThan(590_000);
  expect(await watch(3_600_000)).toBe(true);
  expect(await leftMs()).toBeGreaterThan(590_000);
  expect(await leftMs()).toBeLessThanOrEqual(900_000);
});

test("another owner's session cannot be watched", async () => {
  const { owned } = await busy();
  const stranger = await fixture.key('stranger', ['read']);
  await expect(fixture.edge.watchSession(stranger, owned.session, 60_000)).rejects.toThrow('no such session');
});

test('who follows a command watches its session, and learns by which id the news come', async () => {
  const { owned, incarnation, attempt } = await busy();
  const { items } = await fixture.edge.listSessionCommands(fixture.admin, owned.session, { after: 0, limit: 1 });
  const id = items[0]?.id ?? '';
  const session_id = owned.session;
  expect(await fixture.edge.watchCommand(fixture.admin, id)).toEqual({ session_id, told: false });
  expect(await fixture.edge.watchCommand(fixture.admin, id)).toEqual({ session_id, told: true });
  await fixture.host.appendOutput(incarnation, [piece(attempt)]);
  expect(await toldBefore()).toEqual([session_id]);
  const stranger = await fixture.key('stranger', ['read']);
  await expect(fixture.edge.watchCommand(stranger, id)).rejects.toThrow('no such command');
});

const screen = { cols: 1, rows: 1, title: '', alternate: false, simplified: false, lines: [], cursor: null } as never;
