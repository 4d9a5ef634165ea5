/** A notification makes commits wait for one another, and so does a row that all commands change: so a command does neither more than it must. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClaimedCommand, Owned } from '../../sql/host.ts';
import { ended, type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
let incarnation: string;
let listener: pg.Client;
/** What came, in order: the channel and, where it names a command, its id. */
let heard: string[] = [];
const fence = 'test_fence';

beforeAll(async () => {
  fixture = await sqlFixture();
  incarnation = await fixture.register();
  listener = new pg.Client({ connectionString: fixture.url });
  await listener.connect();
  listener.on('notification', ({ channel, payload }) =>
    heard.push(channel === 'limpet_ended' ? `ended ${payload}` : channel),
  );
  for (const channel of ['jobs:insert', 'limpet_ended', fence, wake()]) await listener.query(`listen "${channel}"`);
});
afterAll(async () => {
  await listener.end();
  await fixture.drop();
});

const wake = () => `limpet_wake:${incarnation}`;

/** Notifications come in the order of their commits: when this one has come, all before it have. */
async function allHeard(): Promise<void> {
  const id = randomUUID();
  const heardIt = new Promise<void>((resolve) => {
    const hear = ({ payload }: pg.Notification) => {
      if (payload !== id) return;
      listener.off('notification', hear);
      resolve();
    };
    listener.on('notification', hear);
  });
  await fixture.query('select pg_notify($1, $2)', [fence, id]);
  await heardIt;
}

/** What is told by `work`. */
async function told(work: () => Promise<unknown>): Promise<string[]> {
  await allHeard();
  heard = [];
  await work();
  await allHeard();
  return heard.filter((one) => one !== fence);
}

const submit = (owned: Owned) =>
  fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command: 'true' }, {});
const claim = async (owned: Owned) => (await fixture.host.claimCommand(owned, randomUUID())) as ClaimedCommand;
const append = ({ attempt }: ClaimedCommand) =>
  fixture.host.appendOutput(incarnation, [{ attempt, stream: 1, offset: 0, skip: 0, bytes: Buffer.from('one') }]);
const finish = (owned: Owned, { attempt }: ClaimedCommand, next: string | null) =>
  fixture.host.finishCommand(owned, attempt, { ...ended, stdout_bytes: 3 }, null, next, []);

describe('a command', () => {
  test('that waits behind another notifies once in its life, at its end', async () => {
    const owned = await fixture.adopted(incarnation);
    await submit(owned);
    const first = await claim(owned);
    await append(first);
    const next = randomUUID();
    expect(await told(() => submit(owned))).toEqual([]);
    expect(await told(() => finish(owned, first, next))).toEqual([`ended ${first.id}`]);
    const second = (await fixture.host.claimCommand(owned, next)) as ClaimedCommand;
    expect(await told(() => append(second))).toEqual([]);
    expect(await told(() => finish(owned, second, null))).toEqual([`ended ${second.id}`]);
  });

  test('for a shell that does nothing wakes its host besides, in the commit that queues it', async () => {
    const owned = await fixture.adopted(incarnation);
    expect((await told(() => submit(owned))).sort()).toEqual(['jobs:insert', wake()]);
    expect(await told(() => claim(owned))).toEqual([]);
  });

  test('is not needed for a new session to wake a host of its pool that has room', async () => {
    const open = () => fixture.edge.createSession(fixture.admin, randomUUID(), {});
    expect((await told(open)).sort()).toEqual(['jobs:insert', wake()]);
    const elsewhere = () => fixture.edge.createSession(fixture.admin, randomUUID(), { pool: 'elsewhere' });
    expect(await told(elsewhere)).toEqual(['jobs:insert']);
  });

  test('locks no row that commands of other sessions need', async () => {
    const [one, other] = [await fixture.adopted(incarnation), await fixture.adopted(incarnation)];
    const holder = new pg.Client({ connectionString: fixture.url });
    await holder.connect();
    await holder.query('begin');
    // Everything that a command writes is written, and nothing of it committed.
    await holder.query(`select limpet_edge.submit_command($1, $2, $3, '{"command":"true"}')`, [
      fixture.admin,
      one.session,
      randomUUID(),
    ]);
    await holder.query('select limpet_host.claim_command($1, $2, $3, $4)', [
      incarnation,
      one.session,
      one.epoch,
      randomUUID(),
    ]);
    await submit(other);
    const claimed = await claim(other);
    await append(claimed);
    await finish(other, claimed, null);
    await holder.query('rollback');
    await holder.end();
    expect((await fixture.edge.readCommand(fixture.admin, claimed.id)).state).toBe('exited');
  });
});

test('nothing else notifies, but for sessions that somebody watches (watching.test.ts)', async () => {
  const rows = await fixture.query(
    `select distinct m[1] as channel from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
       regexp_matches(p.prosrc, 'pg_notify\\(''(\\w+)', 'g') m where n.nspname like 'limpet%' order by 1`,
    [],
  );
  expect(rows.map(({ channel }) => channel)).toEqual(['limpet_changed', 'limpet_ended', 'limpet_wake']);
});
