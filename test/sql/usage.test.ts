/** Usage: what is counted when, told in parts, and kept when commands are removed. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ended, type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
let incarnation: string;
beforeAll(async () => {
  fixture = await sqlFixture();
  incarnation = await fixture.register(1000);
});
afterAll(() => fixture.drop());

/** A session of a new owner, some of whose commands ran: submitted at noon of these days, each ran for a second and waited for two. */
async function ran(owner: string, days: string[]) {
  const credential = await fixture.key(owner);
  const session = randomUUID();
  await fixture.edge.createSession(credential, session, {});
  const adopted = await fixture.host.adoptSession(incarnation, session);
  if (adopted === null || 'refused' in adopted) throw new Error('not adopted');
  const owned = { incarnation, session, epoch: adopted.epoch };
  for (const day of days) {
    const { id } = await fixture.edge.submitCommand(credential, session, randomUUID(), { command: 'true' });
    const attempt = randomUUID();
    await fixture.host.claimCommand(owned, attempt);
    const rest = { stream: 1 as const, offset: 0, skip: 0, bytes: Buffer.from('four') };
    await fixture.host.finishCommand(owned, attempt, { ...ended, stdout_bytes: 4 }, null, null, [rest]);
    const at = `$2::timestamptz at time zone 'UTC' at time zone 'UTC'`;
    await fixture.query(
      `update limpet.commands set created_at = ${at}, started_at = ${at} + interval '2 s', finished_at = ${at} + interval '3 s' where id = $1`,
      [id, `${day}T12:00:00Z`],
    );
  }
  return { credential, session };
}

const range = { since: '2026-01-01', until: '2026-01-31' };
/** What is told is the same before and after the changes are folded into the days. */
const rows = async (credential: Buffer, options = {}) => {
  const { items } = await fixture.edge.readUsage(credential, { ...range, ...options });
  await fixture.host.foldUsage(10_000);
  expect((await fixture.edge.readUsage(credential, { ...range, ...options })).items).toEqual(items);
  return items.map((item) => [
    item.day,
    item.commands,
    item.failed,
    item.run_ms_avg,
    item.queued_ms_avg,
    item.output_bytes,
  ]);
};

test('a day has its commands, the mean of their times, and their bytes; the first and the last day are in the range', async () => {
  const { credential } = await ran('counted', ['2026-01-01', '2026-01-02', '2026-01-02', '2026-01-31', '2026-02-01']);
  expect(await rows(credential)).toEqual([
    ['2026-01-01', 1, 0, 1000, 2000, 4],
    ['2026-01-02', 2, 0, 1000, 2000, 8],
    ['2026-01-31', 1, 0, 1000, 2000, 4],
  ]);
});

test('what has changed since is told as whole days', async () => {
  const { credential } = await ran('changed', ['2026-01-05', '2026-01-05', '2026-01-06']);
  expect(await rows(credential, { changed_since: '2026-01-06T00:00:00Z' })).toEqual([
    ['2026-01-06', 1, 0, 1000, 2000, 4],
  ]);
  await fixture.query(
    `update limpet.commands set finished_at = '2026-01-07' where id = (
       select c.id from limpet.commands c join limpet.owners o on o.id = c.owner_id where o.name = 'changed' order by c.seq limit 1)`,
    [],
  );
  const changed = await rows(credential, { changed_since: '2026-01-06T12:00:30Z' });
  expect(changed).toHaveLength(1);
  expect(changed[0]?.slice(0, 2)).toEqual(['2026-01-05', 2]);
});

test('what was used stays told when its commands are removed, in one statement or in several', async () => {
  const { credential, session } = await ran('removed', ['2026-01-10', '2026-01-10', '2026-01-11']);
  const before = await rows(credential);
  for (const seq of [1, 3]) {
    await fixture.query('delete from limpet.commands where session_id = $1 and seq = $2', [session, seq]);
    expect(await rows(credential)).toEqual(before);
  }
  await fixture.query('delete from limpet.commands where session_id = $1', [session]);
  expect(await rows(credential)).toEqual(before);
});

test('what never ran is not counted', async () => {
  const { credential, session } = await ran('cancelled', []);
  const { id } = await fixture.edge.submitCommand(credential, session, randomUUID(), { command: 'true' });
  await fixture.edge.cancelCommand(credential, id);
  expect((await fixture.edge.readUsage(credential, {})).items).toEqual([]);
  await fixture.query('delete from limpet.commands where id = $1', [id]);
  expect((await fixture.edge.readUsage(credential, {})).items).toEqual([]);
});

test('statistics count what waits and runs, and how long the oldest has waited', async () => {
  const { credential, session } = await ran('waiting', []);
  for (let n = 0; n < 3; n += 1)
    await fixture.edge.submitCommand(credential, session, randomUUID(), { command: 'true' });
  await fixture.query(
    `update limpet.commands set created_at = created_at - interval '1 hour' where session_id = $1 and seq = 2`,
    [session],
  );
  const adopted = await fixture.host.adoptSession(incarnation, session);
  if (adopted === null || 'refused' in adopted) throw new Error('not adopted');
  await fixture.host.claimCommand({ incarnation, session, epoch: adopted.epoch }, randomUUID());
  const stats = await fixture.edge.readStats(credential, 60_000);
  expect(stats).toMatchObject({ queued: 2, running: 1, ended: 0, sessions: { open: 1, busy: 1, detached: 0 } });
  expect(stats.oldest_queued_ms).toBeGreaterThanOrEqual(3_600_000);
});
