/** What forks leave in the record, and what happens to them when calls meet or come again. */
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ended, type SqlFixture, sqlFixture } from './fixture.ts';
import { hashOf, int64, uuid } from './hashing.ts';

let fixture: SqlFixture;
let incarnation: string;
beforeAll(async () => {
  fixture = await sqlFixture();
  incarnation = await fixture.register(1000);
});
afterAll(() => fixture.drop());

/** A session whose commands left these states; null for one that left none. */
async function sessionWith(...states: (string | null)[]) {
  const owned = await fixture.adopted(incarnation);
  for (const state of states) {
    await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command: 'true' });
    const attempt = randomUUID();
    await fixture.host.claimCommand(owned, attempt);
    const result = { ...ended, exit_code: state === null ? 7 : 0, cwd: state === null ? null : `/${state}` };
    await fixture.host.finishCommand(owned, attempt, result, state === null ? null : Buffer.from(state), null, []);
  }
  return owned;
}

async function adoptedState(session: string) {
  const adopted = await fixture.host.adoptSession(incarnation, session);
  if (adopted === null || 'refused' in adopted) throw new Error('the fork was not adopted');
  return { ...adopted, state: Buffer.from(adopted.state ?? '', 'base64').toString() };
}

test("a fork's genesis embeds the event of its parent's that names it", async () => {
  const { session } = await sessionWith('one');
  const fork = await fixture.edge.forkSession(fixture.admin, session, randomUUID(), {});
  const [event] = await fixture.query(
    `select seq, hash, payload from limpet.events where session_id = $1 and kind = 'session.forked'`,
    [session],
  );
  expect(JSON.parse(String(event?.payload))).toEqual({
    after: 1,
    fork_id: fork.id,
    state_sha256: createHash('sha256').update('one').digest('hex'),
  });
  const [row] = await fixture.query(
    `select (extract(epoch from created_at) * 1000000)::bigint::text as at_us, e.prev from limpet.sessions s
     join limpet.events e on e.session_id = s.id and e.seq = 1 where s.id = $1`,
    [fork.id],
  );
  const fields = [
    uuid(fork.id),
    int64(String(row?.at_us)),
    uuid(session),
    int64(String(event?.seq)),
    event?.hash as Buffer,
  ];
  expect(row?.prev).toEqual(hashOf('limpet/genesis/v1', fields));
});

test('it begins with the last state that was left until then', async () => {
  const { session } = await sessionWith('one', null, 'three');
  const states = [];
  for (const after of [0, 1, 2, 3]) {
    const { id } = await fixture.edge.forkSession(fixture.admin, session, randomUUID(), { after });
    const { state, cwd, exit_code } = await adoptedState(id);
    states.push([state, cwd, exit_code]);
  }
  expect(states).toEqual([
    ['', null, null],
    ['one', '/one', 0],
    ['one', '/one', 7],
    ['three', '/three', 0],
  ]);
});

test('where retention has removed the commands that would say the state, that is said', async () => {
  const { session } = await sessionWith('one', null, 'three');
  await fixture.query('delete from limpet.commands where session_id = $1 and seq = 1', [session]);
  const fork = (after: number) => fixture.edge.forkSession(fixture.admin, session, randomUUID(), { after });
  await expect(fork(2)).rejects.toMatchObject({ detail: 'not_found' });
  expect((await adoptedState((await fork(3)).id)).state).toBe('three');
});

test('a repeated call makes one fork and one event', async () => {
  const { session } = await sessionWith('one');
  const id = randomUUID();
  const calls = Array.from({ length: 5 }, () => fixture.edge.forkSession(fixture.admin, session, id, {}));
  for (const fork of await Promise.all(calls)) expect(fork.id).toBe(id);
  const events = await fixture.query(`select from limpet.events where session_id = $1 and kind = 'session.forked'`, [
    session,
  ]);
  expect(events).toHaveLength(1);
});

test('what only forks may set cannot be set by who creates a session', async () => {
  const { session } = await sessionWith('one');
  const options = { fork: { session_id: session, seq: 1, audit_seq: 1, audit_hash: '00', state_hash: '00' } };
  const made = await fixture.edge.createSession(fixture.admin, randomUUID(), options as object);
  expect(made.forked_from).toBeNull();
});

test('a directory that was asked for is told to whoever adopts the session, until a command has ended in one', async () => {
  const { id: session } = await fixture.edge.createSession(fixture.admin, randomUUID(), { cwd: '/asked' });
  const adopt = () => fixture.host.adoptSession(incarnation, session);
  const { epoch } = (await adopt()) as { epoch: number };
  const owned = { incarnation, session, epoch };
  await fixture.host.recordShell(owned, 1, ['cd: /asked: No such file or directory'], '/home');
  expect(await adopt()).toMatchObject({ requested_cwd: '/asked', cwd: '/home' });
  await fixture.edge.submitCommand(fixture.admin, session, randomUUID(), { command: 'true' });
  const attempt = randomUUID();
  await fixture.host.claimCommand(owned, attempt);
  await fixture.host.finishCommand(owned, attempt, { ...ended, exit_code: 1, cwd: '/home' }, null, null, []);
  expect(await adopt()).toMatchObject({ requested_cwd: null, cwd: '/home' });
});

test('the directory in which a command started is known, also of the first', async () => {
  const owned = await fixture.adopted(incarnation);
  const start = async () => {
    await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command: 'true' });
    const attempt = randomUUID();
    await fixture.host.claimCommand(owned, attempt);
    return attempt;
  };
  const first = await start();
  await fixture.host.recordShell(owned, 1, [], '/home');
  await fixture.host.finishCommand(owned, first, { ...ended, cwd: '/tmp' }, null, null, []);
  await start();
  const rows = await fixture.query('select started_cwd from limpet.commands where session_id = $1 order by seq', [
    owned.session,
  ]);
  expect(rows).toEqual([{ started_cwd: '/home' }, { started_cwd: '/tmp' }]);
});
