/** What a round of a host's housekeeping is told to do: nothing, mostly. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ended, type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
beforeEach(async () => {
  fixture = await sqlFixture();
});
afterEach(() => fixture.drop());

const nothing = { dead: false, waiting: false, queued: false, unseen: false, ended: false };
const lapse = (incarnation: string) =>
  fixture.query(`update limpet.hosts set lease_until = clock_timestamp() - interval '1 s' where incarnation = $1`, [
    incarnation,
  ]);

test('with a host that lives and nothing to do there is nothing', async () => {
  expect(await fixture.host.findDue()).toEqual(nothing);
  const owned = await fixture.adopted(await fixture.register());
  await fixture.host.recordShell(owned, 1, [], '/');
  expect(await fixture.host.findDue()).toEqual(nothing);
});

test('a queued command and a session that nobody opened are waited for', async () => {
  const session = randomUUID();
  await fixture.edge.createSession(fixture.admin, session, {});
  expect(await fixture.host.findDue()).toEqual({ ...nothing, waiting: true });
  await fixture.edge.submitCommand(fixture.admin, session, randomUUID(), { command: 'true' });
  expect(await fixture.host.findDue()).toEqual({ ...nothing, waiting: true, queued: true });
});

test('a beat says it, too, where it is asked', async () => {
  const incarnation = await fixture.register();
  await fixture.edge.createSession(fixture.admin, randomUUID(), {});
  const beat = { state: 'live', wake: [] };
  expect(await fixture.host.heartbeat(incarnation, [])).toEqual(beat);
  expect(await fixture.host.heartbeat(incarnation, [], true)).toEqual({ ...beat, due: { ...nothing, waiting: true } });
});

test('a command that has ended is waited for until it is in the index of search', async () => {
  const owned = await fixture.adopted(await fixture.register());
  await fixture.host.recordShell(owned, 1, [], '/');
  await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command: 'true' });
  const attempt = randomUUID();
  await fixture.host.claimCommand(owned, attempt);
  expect(await fixture.host.findDue()).toEqual(nothing);
  await fixture.host.finishCommand(owned, attempt, ended, null, null, []);
  expect(await fixture.host.findDue()).toEqual({ ...nothing, ended: true });
  await fixture.host.indexSearch(10);
  expect(await fixture.host.findDue()).toEqual(nothing);
});

test('a host that died without a word is looked for, for a day', async () => {
  const incarnation = await fixture.register();
  const die = (ago: string) =>
    fixture.query(
      `update limpet.hosts set state = 'dead', died_at = clock_timestamp() - $2::interval where incarnation = $1`,
      [incarnation, ago],
    );
  await die('23 hours');
  expect(await fixture.host.findDue()).toMatchObject({ unseen: true });
  await die('25 hours');
  expect(await fixture.host.findDue()).toMatchObject({ unseen: false });
  await die('1 second');
  await fixture.host.confirmDeath(incarnation);
  expect(await fixture.host.findDue()).toMatchObject({ unseen: false });
});

test('a host whose lease is over is looked at, and so are the sessions of a dead one', async () => {
  const incarnation = await fixture.register();
  const owned = await fixture.adopted(incarnation);
  await fixture.host.recordShell(owned, 1, [], '/');
  await lapse(incarnation);
  expect(await fixture.host.findDue()).toMatchObject({ dead: true });
  await fixture.host.confirmDeath(incarnation);
  expect(await fixture.host.findDue()).toMatchObject({ dead: true });
  await fixture.host.burySession(owned.session);
  expect(await fixture.host.findDue()).toMatchObject({ dead: false });
});
