/** Replays where something goes wrong: what is lost, cancelled, cleaned or revoked on the way. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Replay } from '../../sql/contract.ts';
import type { ReplayOptions } from '../../sql/edge.ts';
import type { CommandResult, Owned } from '../../sql/host.ts';
import { ended, type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
let incarnation: string;
beforeAll(async () => {
  fixture = await sqlFixture();
  incarnation = await fixture.register(1000);
});
afterAll(() => fixture.drop());

const sha256 = (digit: number) => String(digit).repeat(64);
const resultOf = (digit: number): CommandResult => ({
  ...ended,
  stdout_sha256: sha256(digit),
  stderr_sha256: sha256(0),
});

/** Claims what is next and ends it; 'lost' gives it up. Returns what the finish handed over. */
async function end(owned: Owned, digit: number | 'lost') {
  const attempt = randomUUID();
  const claimed = await fixture.host.claimCommand(owned, attempt);
  if (claimed === null) throw new Error('nothing was queued');
  if (digit === 'lost') return void (await fixture.host.releaseClaim(owned, attempt, 'its host died'));
  return fixture.host.finishCommand(owned, attempt, resultOf(digit), Buffer.from(`state ${digit}`), null, []);
}

/** A session whose commands gave these results. */
async function sourceOf(...digits: (number | 'lost')[]): Promise<string> {
  const owned = await fixture.adopted(incarnation);
  for (const digit of digits) {
    await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command: `echo ${digit}` });
    await end(owned, digit);
  }
  return owned.session;
}

async function adopt(session: string): Promise<Owned> {
  const adopted = await fixture.host.adoptSession(incarnation, session);
  if (adopted === null || 'refused' in adopted) throw new Error('the session was not adopted');
  return { incarnation, session, epoch: adopted.epoch };
}

const start = (session: string, options: ReplayOptions = {}, credential = fixture.admin) =>
  fixture.edge.replaySession(credential, session, { id: randomUUID(), session_id: randomUUID() }, options);
const read = ({ id }: Replay) => fixture.edge.readReplay(fixture.admin, id);
const sames = ({ items }: Replay) => items.map((item) => item.same);
const queued = async (session: string) => (await fixture.edge.readSession(fixture.admin, session)).queued;

test('the next command is submitted only once the one before was compared, and in the same transaction', async () => {
  const replay = await start(await sourceOf(1, 2, 3));
  const owned = await adopt(replay.session_id);
  for (const digit of [1, 2, 3]) {
    expect(await queued(replay.session_id)).toBe(1);
    await end(owned, digit);
  }
  expect(await queued(replay.session_id)).toBe(0);
  const done = await read(replay);
  expect([done.state, ...sames(done)]).toEqual(['done', true, true, true]);
});

test('the ids of its commands are UUIDv7 of their moment, each another', async () => {
  const before = Date.now();
  const replay = await start(await sourceOf(1, 2));
  const owned = await adopt(replay.session_id);
  for (const digit of [1, 2]) await end(owned, digit);
  const ids = (await read(replay)).items.map((item) => String(item.replay?.command_id));
  const made = (await fixture.query('select limpet.new_id() as id from generate_series(1, 1000)', [])).map(({ id }) =>
    String(id),
  );
  expect(new Set(made).size).toBe(1000);
  for (const id of [...ids, ...made]) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const madeAt = Number.parseInt(id.replace('-', '').slice(0, 12), 16);
    expect(madeAt).toBeGreaterThanOrEqual(before - 1_000);
    expect(madeAt).toBeLessThanOrEqual(Date.now() + 1_000);
  }
});

test('the finish of one hands over the next', async () => {
  const replay = await start(await sourceOf(1, 2));
  const owned = await adopt(replay.session_id);
  const [first, next] = [randomUUID(), randomUUID()];
  await fixture.host.claimCommand(owned, first);
  const finish = () => fixture.host.finishCommand(owned, first, resultOf(1), null, next, []);
  const handed = await finish();
  expect(handed.next).toMatchObject({ command: 'echo 2', seq: 2, attempt: next });
  expect((await finish()).next?.id).toBe(handed.next?.id);
  expect(sames(await read(replay))).toEqual([true, null]);
});

test.each([false, true])(
  'what is lost on the way says so, and the rest goes on, or stops as asked (%s)',
  async (stop) => {
    const replay = await start(await sourceOf(1, 2, 3), { stop_on_difference: stop });
    const owned = await adopt(replay.session_id);
    await end(owned, 1);
    await end(owned, 'lost');
    const middle = await read(replay);
    expect(middle.items[1]).toMatchObject({ same: null, replay: { state: 'lost', exit_code: null, sha256: null } });
    if (stop) return expect(middle).toMatchObject({ state: 'stopped', reason: 'Command 2 was lost.' });
    await end(owned, 3);
    const done = await read(replay);
    expect([done.state, ...sames(done)]).toEqual(['done', true, null, true]);
  },
);

test('what was lost in the original has nothing to be compared with, and stops nothing', async () => {
  const replay = await start(await sourceOf(1, 'lost', 3), { stop_on_difference: true });
  const owned = await adopt(replay.session_id);
  for (const digit of [1, 2, 3]) await end(owned, digit);
  const done = await read(replay);
  expect([done.state, ...sames(done)]).toEqual(['done', true, null, true]);
  expect(done.items[1]?.original).toMatchObject({ state: 'lost', sha256: null });
});

test('a host that died with the replay is followed by another, which goes on', async () => {
  const doomed = await fixture.register();
  const replay = await start(await sourceOf(1, 2));
  const adopted = await fixture.host.adoptSession(doomed, replay.session_id);
  if (adopted === null || 'refused' in adopted) throw new Error('not adopted');
  const owned = { incarnation: doomed, session: replay.session_id, epoch: adopted.epoch };
  await fixture.host.claimCommand(owned, randomUUID());
  for (const session of await fixture.host.confirmDeath(doomed)) await fixture.host.burySession(session);
  expect(await queued(replay.session_id)).toBe(1);
  await end(await adopt(replay.session_id), 2);
  expect([(await read(replay)).state, ...sames(await read(replay))]).toEqual(['done', null, true]);
});

test('a command that is cancelled stops the replay, and the replay can be resumed behind it', async () => {
  const source = await sourceOf(1, 2);
  const replay = await start(source);
  await fixture.edge.cancelCommand(fixture.admin, String(replay.items[0]?.replay?.command_id));
  expect(await read(replay)).toMatchObject({ state: 'stopped', reason: 'Command 1 was cancelled.' });
  expect((await start(source)).id).toBe(replay.id);
  await end(await adopt(replay.session_id), 2);
  expect([(await read(replay)).state, ...sames(await read(replay))]).toEqual(['done', false, true]);
});

test('a replay is not resumed where its session has done something else since', async () => {
  const source = await sourceOf(1, 2);
  const replay = await start(source, { stop_on_difference: true });
  const owned = await adopt(replay.session_id);
  await end(owned, 9);
  await fixture.edge.submitCommand(fixture.admin, replay.session_id, randomUUID(), { command: 'mine' });
  expect((await start(source)).id).not.toBe(replay.id);
});

test('a key that is revoked submits nothing more', async () => {
  const credential = await fixture.key('revoked in a replay');
  const session = randomUUID();
  await fixture.edge.createSession(credential, session, {});
  const owned = await adopt(session);
  for (const digit of [1, 2]) {
    await fixture.edge.submitCommand(credential, session, randomUUID(), { command: 'true' });
    await end(owned, digit);
  }
  const replay = await start(session, {}, credential);
  const { key_id } = await fixture.edge.whoami(credential);
  await fixture.edge.revokeKey(fixture.admin, key_id);
  await end(await adopt(replay.session_id), 1);
  const reason = 'The key that asked for it is no longer valid.';
  expect(await read(replay)).toMatchObject({ state: 'stopped', reason });
});

test('what was replayed stays told when source and replay are cleaned, and the rest still runs', async () => {
  const source = await sourceOf(1, 2);
  const replay = await start(source);
  await fixture.query('delete from limpet.commands where session_id = $1', [source]);
  const owned = await adopt(replay.session_id);
  for (const digit of [1, 9]) await end(owned, digit);
  await fixture.query('delete from limpet.commands where session_id = $1', [replay.session_id]);
  const { items } = await read(replay);
  expect(
    items.map((item) => [item.command, item.original.sha256?.stdout, item.replay?.sha256?.stdout, item.same]),
  ).toEqual([
    ['echo 1', sha256(1), sha256(1), true],
    ['echo 2', sha256(2), sha256(9), false],
  ]);
  await expect(start(source, { force: true })).rejects.toMatchObject({ detail: 'not_found' });
});

test('replays of replays name the first original and are no longer than what they repeat', async () => {
  const source = await sourceOf(1, 2);
  const firsts: string[][] = [];
  for (let session = source, depth = 0; depth < 3; depth += 1) {
    const replay = await start(session);
    const owned = await adopt(replay.session_id);
    for (const digit of [1, 2]) await end(owned, digit);
    firsts.push(replay.items.map((item) => item.first_command_id));
    session = replay.session_id;
  }
  expect(firsts[0]).toHaveLength(2);
  expect(firsts).toEqual([firsts[0], firsts[0], firsts[0]]);
});

test('an idempotency key of the owner makes one replay, and a repeated call none', async () => {
  const source = await sourceOf(1);
  const ids = { id: randomUUID(), session_id: randomUUID() };
  const idempotency = { idempotency_key: `replay ${source}`, body_hash: Buffer.alloc(32, 1) };
  const once = (given = ids) => fixture.edge.replaySession(fixture.admin, source, given, { force: true }, idempotency);
  const first = await once();
  expect([(await once()).id, (await once({ id: randomUUID(), session_id: randomUUID() })).id]).toEqual([
    first.id,
    first.id,
  ]);
  idempotency.body_hash = Buffer.alloc(32, 2);
  await expect(once()).rejects.toMatchObject({ detail: 'idempotency_conflict' });
});

test('replay_items_max commands may be replayed at once, and not one more', async () => {
  await fixture.query(`update limpet.settings set value = '2' where name = 'limit.replay_items_max'`, []);
  const source = await sourceOf(1, 2, 3);
  await expect(start(source)).rejects.toMatchObject({ code: 'LP413', detail: 'too_large' });
  expect((await start(source, { from: 2 })).items).toHaveLength(2);
  await fixture.query(`update limpet.settings set value = '1000' where name = 'limit.replay_items_max'`, []);
});

test('a replayed command gets ten times what the original took, at least a minute, or its own timeout', async () => {
  const owned = await fixture.adopted(incarnation);
  for (const timeout_ms of [undefined, undefined, 5_000]) {
    await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command: 'true', timeout_ms });
    await end(owned, 1);
  }
  const long = `update limpet.commands set started_at = finished_at - interval '1 hour' where session_id = $1 and seq = 2`;
  await fixture.query(long, [owned.session]);
  const replay = await start(owned.session);
  const again = await adopt(replay.session_id);
  const timeouts = [];
  for (const _each of replay.items) {
    const attempt = randomUUID();
    timeouts.push((await fixture.host.claimCommand(again, attempt))?.timeout_ms);
    await fixture.host.finishCommand(again, attempt, resultOf(1), null, null, []);
  }
  expect(timeouts).toEqual([60_000, 36_000_000, 5_000]);
});
