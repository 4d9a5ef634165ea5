/** What a round of a host's housekeeping is told to do: nothing, mostly. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
beforeEach(async () => {
  fixture = await sqlFixture();
});
afterEach(() => fixture.drop());

const nothing = { dead: false, waiting: false, queued: false };
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
