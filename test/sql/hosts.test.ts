import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ended, type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
beforeAll(async () => {
  fixture = await sqlFixture();
});
afterAll(() => fixture.drop());

const age = (incarnation: string, seconds: number) =>
  fixture.query(
    `update limpet.hosts set beat_at = clock_timestamp() - make_interval(secs => $2), lease_until = clock_timestamp() - interval '1 second'
     where incarnation = $1`,
    [incarnation, seconds],
  );
const register = (incarnation: string, name: string) =>
  fixture.host.registerHost(incarnation, { name, pool: 'default', capacity: 1, version: 'test' });

describe('a name', () => {
  test('of a host whose lease is live is refused to another, and free once its death is confirmed', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    await register(first, 'a');
    await register(first, 'a');
    await expect(register(second, 'a')).rejects.toMatchObject({ detail: 'host_name_taken' });
    await fixture.host.confirmDeath(first);
    await register(second, 'a');
    expect(await fixture.host.heartbeat(first, [])).toEqual({ state: 'dead' });
  });

  test('past the lease is free to another, but not until Postgres has been there for a lease to renew it', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const lease = (ms: number) =>
      fixture.query(`update limpet.settings set value = $1 where name = 'limit.lease_ms'`, [String(ms)]);
    onTestFinished(async () => void (await lease(10_000)));
    await register(first, 'b');
    await age(first, 20);
    await lease(1_000_000_000);
    await expect(register(second, 'b')).rejects.toMatchObject({ detail: 'host_name_taken' });
    await lease(1);
    await register(second, 'b');
  });
});

describe('capacity', () => {
  test('is enforced by adoption', async () => {
    const incarnation = await fixture.register(1);
    const owned = await fixture.adopted(incarnation);
    const other = randomUUID();
    await fixture.edge.createSession(fixture.admin, other, {});
    expect(await fixture.host.adoptSession(incarnation, other)).toEqual({ refused: 'no_room' });
    expect(await fixture.host.adoptSession(incarnation, owned.session)).toMatchObject({ epoch: owned.epoch });
    expect(await fixture.host.detachSession(owned, 'idle')).toBe(true);
    expect(await fixture.host.adoptSession(incarnation, other)).toMatchObject({ session_id: other });
  });
});

describe('a heartbeat', () => {
  test('makes a command lost that the record has running and the host does not know, but not before a lease has passed', async () => {
    const incarnation = await fixture.register();
    const owned = await fixture.adopted(incarnation);
    const { id } = await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command: 'true' });
    await fixture.host.claimCommand(owned, randomUUID());
    await fixture.host.heartbeat(incarnation, []);
    expect(await fixture.edge.readCommand(fixture.admin, id)).toMatchObject({ state: 'running' });
    await fixture.query(`update limpet.commands set started_at = started_at - interval '11 seconds' where id = $1`, [
      id,
    ]);
    await fixture.host.heartbeat(incarnation, []);
    expect(await fixture.edge.readCommand(fixture.admin, id)).toMatchObject({ state: 'lost', exit_code: null });
  });

  test('names the sessions with controls waiting', async () => {
    const incarnation = await fixture.register();
    const owned = await fixture.adopted(incarnation);
    await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command: 'true' });
    await fixture.host.claimCommand(owned, randomUUID());
    await fixture.edge.interruptSession(fixture.admin, owned.session);
    expect(await fixture.host.heartbeat(incarnation, [])).toMatchObject({ wake: [owned.session] });
    expect(await fixture.host.takeControls(owned, randomUUID(), true)).toMatchObject([
      { kind: 'signal', signal: 'INT' },
    ]);
  });
});

describe('a control', () => {
  test('that is input for a command in the queue outlives the host', async () => {
    const owned = await fixture.adopted(await fixture.register());
    const { id } = await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), {
      command: 'cat',
      interactive: true,
    });
    await fixture.edge.writeStdin(fixture.admin, id, Buffer.from('early'), 0, false);
    await fixture.host.detachSession(owned, 'drained');
    const incarnation = await fixture.register();
    const adopted = await fixture.host.adoptSession(incarnation, owned.session);
    if (adopted === null || 'refused' in adopted) throw new Error('the session was not adopted');
    const next = { incarnation, session: owned.session, epoch: adopted.epoch };
    await fixture.host.claimCommand(next, randomUUID());
    expect(await fixture.host.takeControls(next, randomUUID(), true)).toMatchObject([
      { kind: 'stdin', command_id: id },
    ]);
  });

  test('is taken once, and given again to whoever lost the answer', async () => {
    const owned = await fixture.adopted(await fixture.register());
    await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command: 'true' });
    await fixture.host.claimCommand(owned, randomUUID());
    await fixture.edge.interruptSession(fixture.admin, owned.session);
    const take = randomUUID();
    const taken = await fixture.host.takeControls(owned, take, true);
    expect(taken).toMatchObject([{ kind: 'signal', signal: 'INT' }]);
    await fixture.edge.closeSession(fixture.admin, owned.session);
    expect(await fixture.host.takeControls(owned, take, true)).toEqual(taken);
    expect(await fixture.host.takeControls(owned, randomUUID(), true)).toMatchObject([{ kind: 'close' }]);
  });
});

describe('the reaper', () => {
  test('buries a host that is surely gone: what ran is lost, what is queued waits, the session can be adopted', async () => {
    const [dead, alive] = [await fixture.register(), await fixture.register()];
    await fixture.query(
      `update limpet.hosts set alive_since = alive_since - interval '1 minute' where incarnation = $1`,
      [alive],
    );
    const owned = await fixture.adopted(dead);
    const submit = () => fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command: 'true' });
    const [ran, queued] = [await submit(), await submit()];
    const attempt = randomUUID();
    await fixture.host.claimCommand(owned, attempt);

    // Within one lease of Postgres' own start nobody is reaped: here a lease is over at once.
    await fixture.query(`update limpet.settings set value = '1' where name = 'limit.lease_ms'`, []);
    await age(dead, 20);
    expect(await fixture.host.reap(alive), 'an expired lease alone means nothing').toEqual([]);
    await age(dead, 46);
    expect(await fixture.host.reap(alive)).toEqual([owned.session]);
    await fixture.host.burySession(owned.session);
    await fixture.host.burySession(owned.session);

    expect(await fixture.edge.readCommand(fixture.admin, ran.id)).toMatchObject({ state: 'lost', exit_code: null });
    expect(await fixture.edge.readCommand(fixture.admin, queued.id)).toMatchObject({ state: 'queued' });
    await expect(fixture.host.finishCommand(owned, attempt, ended, null, null, [])).rejects.toMatchObject({
      detail: 'fenced',
    });
    expect(await fixture.host.adoptSession(alive, owned.session)).toMatchObject({ epoch: owned.epoch + 2 });
  });

  test('does nothing for a host whose own beats were interrupted', async () => {
    const [dead, waking] = [await fixture.register(), await fixture.register()];
    await age(dead, 60);
    expect(await fixture.host.reap(waking)).toEqual([]);
  });
});
