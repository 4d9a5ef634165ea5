/** What becomes of commands that no host takes, and of sessions whose host is gone and that nobody else is there to bury. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Owned } from '../../sql/host.ts';
import { type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
beforeEach(async () => {
  fixture = await sqlFixture();
  // Postgres itself has run for less than a usual lease.
  await set('lease_ms', 1);
});
afterEach(() => fixture.drop());

const set = (name: string, value: number) =>
  fixture.query(`update limpet.settings set value = $2 where name = $1`, [`limit.${name}`, String(value)]);
const open = async (options: object = {}): Promise<string> => {
  const id = randomUUID();
  await fixture.edge.createSession(fixture.admin, id, options);
  return id;
};
const submit = (session: string) =>
  fixture.edge.submitCommand(fixture.admin, session, randomUUID(), { command: 'true' });
const read = (id: string) => fixture.edge.readCommand(fixture.admin, id);
/** Its last beat was answered so long ago, and its lease ended then. */
const silent = (incarnation: string, seconds: number) =>
  fixture.query(
    `update limpet.hosts set beat_at = clock_timestamp() - make_interval(secs => $2), lease_until = clock_timestamp() - make_interval(secs => $2)
     where incarnation = $1`,
    [incarnation, seconds],
  );
const beats = (incarnation: string) =>
  fixture.query(`update limpet.hosts set lease_until = clock_timestamp() + interval '1 hour' where incarnation = $1`, [
    incarnation,
  ]);
/** Somebody has looked at the session one lease ago. */
const doubted = async (session: string) => {
  await fixture.edge.readSession(fixture.admin, session);
  await fixture.query(`update limpet.hosts set doubted_at = doubted_at - interval '1 hour'`, []);
};
/** A host that runs one command while another waits. */
async function busyHost() {
  const incarnation = await fixture.register();
  const owned = await fixture.adopted(incarnation);
  const [runs, waits] = [await submit(owned.session), await submit(owned.session)];
  await beats(incarnation);
  const attempt = randomUUID();
  await fixture.host.claimCommand(owned, attempt);
  return { incarnation, owned, attempt, runs: runs.id, waits: waits.id };
}
const jobsOf = async (session: string) =>
  (
    await fixture.query(
      `select j.task_identifier as task from graphile_worker.jobs j join graphile_worker._private_jobs p on p.id = j.id
       where p.payload->>'session_id' = $1`,
      [session],
    )
  ).map(({ task }) => task as string);

describe('with no host alive', () => {
  test('whoever reads a command or its session learns that it is lost, once its host is surely gone', async () => {
    for (const look of [read, (id: string) => fixture.edge.readProgress(fixture.admin, id)]) {
      const { incarnation, owned, runs, waits } = await busyHost();
      await silent(incarnation, 44);
      expect(await look(runs)).toMatchObject({ state: 'running' });
      await silent(incarnation, 46);
      await doubted(owned.session);
      expect(await look(runs)).toMatchObject({ state: 'lost', exit_code: null });
      expect(await read(waits)).toMatchObject({ state: 'queued' });
      expect(await fixture.edge.readSession(fixture.admin, owned.session)).toMatchObject({ host: null, queued: 1 });
    }
  });

  test('a new command does the same, and waits for a host', async () => {
    const { incarnation, owned, runs } = await busyHost();
    await silent(incarnation, 46);
    await doubted(owned.session);
    expect(await submit(owned.session)).toMatchObject({ state: 'queued' });
    expect(await read(runs)).toMatchObject({ state: 'lost' });
  });

  test('a host that wakes afterwards is told that it is dead, and nothing of it is accepted', async () => {
    const { incarnation, owned, attempt, runs } = await busyHost();
    await silent(incarnation, 46);
    await doubted(owned.session);
    await read(runs);
    expect(await fixture.host.heartbeat(incarnation, [attempt])).toEqual({ state: 'dead' });
    await expect(fixture.host.claimCommand(owned, randomUUID())).rejects.toMatchObject({ detail: 'fenced' });
  });

  test('one look is not enough: the clock may have leapt over all leases, and a host that beats on is well', async () => {
    const { incarnation, owned, attempt, runs } = await busyHost();
    await silent(incarnation, 3_600);
    await doubted(owned.session);
    expect(await fixture.host.heartbeat(incarnation, [attempt])).toMatchObject({ state: 'live' });
    await silent(incarnation, 3_600);
    expect(await read(runs), 'and the former doubt is forgotten').toMatchObject({ state: 'running' });
    await doubted(owned.session);
    expect(await read(runs)).toMatchObject({ state: 'lost' });
  });

  test('while any host beats a reader leaves it to that one; and within one lease of Postgres’ own start to all', async () => {
    const { incarnation, runs } = await busyHost();
    const other = await fixture.register();
    await beats(other);
    await silent(incarnation, 46);
    expect(await read(runs)).toMatchObject({ state: 'running' });
    await silent(other, 46);
    await set('lease_ms', 3_600_000);
    expect(await read(runs)).toMatchObject({ state: 'running' });
  });
});

describe('a command that no host takes', () => {
  test('expires at its limit, not before, whether a host looks or a reader', async () => {
    const session = await open();
    const [first, second] = [await submit(session), await submit(session)];
    expect(await fixture.host.expire()).toBe(0);
    await set('queued_ms_max', 1);
    expect(await read(first.id)).toMatchObject({ state: 'expired', exit_code: null });
    expect((await read(second.id)).problem).toMatch(/^No host took it within \d+ s \(limit\.queued_ms_max\)/);

    const other = await submit(await open());
    expect(await fixture.host.expire()).toBe(1);
    expect(await read(other.id)).toMatchObject({ state: 'expired' });
  });

  test('waits as long as it must behind another, in a session that a host has', async () => {
    const { waits } = await busyHost();
    await set('queued_ms_max', 1);
    expect(await fixture.host.expire()).toBe(0);
    expect(await read(waits)).toMatchObject({ state: 'queued' });
  });

  test('takes the session along that was made for it alone', async () => {
    const [session, id] = [randomUUID(), randomUUID()];
    await fixture.edge.execute(fixture.admin, session, id, { command: 'true' });
    await set('queued_ms_max', 1);
    await fixture.host.expire();
    expect(await fixture.edge.readSession(fixture.admin, session)).toMatchObject({ state: 'closed' });
  });
});

describe('the sweep', () => {
  test('keeps one job a session, however often it repeats a hint', async () => {
    const incarnation = await fixture.register();
    await beats(incarnation);
    await set('hint_ms', 0);
    const session = await open();
    for (let round = 0; round < 5; round += 1) await fixture.host.sweep(200);
    expect(await jobsOf(session)).toEqual(['open_session:default', 'open_session:default']);
  });

  test('hints nobody where no host has room', async () => {
    await set('hint_ms', 0);
    await open();
    await open({ pool: 'elsewhere' });
    expect(await fixture.host.sweep(200)).toBe(0);
    await beats(await fixture.register());
    expect(await fixture.host.sweep(200)).toBe(1);
  });

  test('reaches a session though many others have queues that cannot move', async () => {
    const incarnation = await fixture.register(1_000);
    await beats(incarnation);
    await set('hint_ms', 0);
    const busy: Owned[] = [];
    for (let count = 0; count < 3; count += 1) {
      const owned = await fixture.adopted(incarnation);
      await Promise.all([submit(owned.session), submit(owned.session)]);
      await fixture.host.claimCommand(owned, randomUUID());
      busy.push(owned);
    }
    const idle = await fixture.adopted(incarnation);
    await submit(idle.session);
    const [row] = await fixture.query('select limpet_host.sweep(p_limit => 1) as hinted', []);
    expect(row?.hinted).toBe(1);
    expect(await jobsOf(idle.session)).toHaveLength(3);
  });
});

describe('a session that its host has no room for', () => {
  test('is announced to the one that has the most, of the same pool', async () => {
    const [full, some, most] = [await fixture.register(1), await fixture.register(2), await fixture.register(5)];
    for (const incarnation of [full, some, most]) await beats(incarnation);
    for (const incarnation of [full, some]) await fixture.adopted(incarnation);
    const session = await open();
    expect(await fixture.host.adoptSession(full, session)).toEqual({ refused: 'no_room' });
    expect(await jobsOf(session)).toContain(`run_command:${most}`);
    const elsewhere = await open({ pool: 'elsewhere' });
    expect(await fixture.host.adoptSession(most, elsewhere)).toEqual({ refused: 'no_room' });
    expect(await jobsOf(elsewhere)).toEqual(['open_session:elsewhere']);
  });
});

describe('of a dead host', () => {
  test('what it held on disk is said to be discarded, once; of a living one nothing is', async () => {
    const { incarnation, attempt, runs } = await busyHost();
    const discard = () => fixture.host.discardOutput(incarnation, [attempt, randomUUID()], [70_000, 5]);
    expect(await discard()).toBe(0);
    await fixture.host.confirmDeath(incarnation);
    expect([await discard(), await discard()]).toEqual([1, 0]);
    expect((await read(runs)).problem).toMatch(
      /^Its host was lost while it ran: .* Up to 70000 bytes of output .* were discarded\.$/,
    );
  });

  test('nobody has seen the shells end until somebody says so', async () => {
    const [live, unseen, seen] = [await fixture.register(), await fixture.register(), await fixture.register()];
    await fixture.query(`update limpet.hosts set state = 'dead', died_at = clock_timestamp() where incarnation = $1`, [
      unseen,
    ]);
    await fixture.host.confirmDeath(seen);
    expect(await fixture.host.diedUnseen()).toEqual([unseen]);
    const stranger = randomUUID();
    expect(await fixture.host.deadAmong([live, unseen, seen, stranger])).toEqual([unseen, seen].sort());
  });
});
