import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Owned } from '../../sql/host.ts';
import { ended, type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
let incarnation: string;
beforeAll(async () => {
  fixture = await sqlFixture();
  incarnation = await fixture.register(1000);
});
afterAll(() => fixture.drop());

const submit = (owned: Owned, id: string = randomUUID(), key?: string) =>
  fixture.edge.submitCommand(
    fixture.admin,
    owned.session,
    id,
    { command: 'true' },
    { idempotency_key: key, body_hash: key === undefined ? undefined : Buffer.alloc(32, 1) },
  );
const jobs = async (session: string) => {
  const [row] = await fixture.query(
    `select count(*)::integer as jobs from graphile_worker._private_jobs where payload->>'session_id' = $1`,
    [session],
  );
  return row?.jobs as number;
};

describe('submitting', () => {
  test('hints the host only when the session is idle with an empty queue', async () => {
    const owned = await fixture.adopted(incarnation);
    const before = await jobs(owned.session);
    await submit(owned);
    await submit(owned);
    expect(await jobs(owned.session)).toBe(before + 1);
  });

  test('twice with one idempotency key gives one command; with another body it is refused', async () => {
    const owned = await fixture.adopted(incarnation);
    const first = await submit(owned, randomUUID(), 'k');
    expect((await submit(owned, randomUUID(), 'k')).id).toBe(first.id);
    await expect(
      fixture.edge.submitCommand(
        fixture.admin,
        owned.session,
        randomUUID(),
        { command: 'false' },
        { idempotency_key: 'k', body_hash: Buffer.alloc(32, 2) },
      ),
    ).rejects.toMatchObject({ code: 'LP409', detail: 'idempotency_conflict' });
  });

  test('twice with one id gives one command', async () => {
    const owned = await fixture.adopted(incarnation);
    const first = await submit(owned);
    expect((await submit(owned, first.id)).seq).toBe(first.seq);
  });

  test('to a closed session is refused, but what was accepted before is still answered', async () => {
    const owned = await fixture.adopted(incarnation);
    const first = await submit(owned, randomUUID(), 'k');
    await fixture.edge.closeSession(fixture.admin, owned.session);
    expect((await submit(owned, randomUUID(), 'k')).id).toBe(first.id);
    await expect(submit(owned)).rejects.toMatchObject({ detail: 'session_closed' });
  });
});

describe('claiming', () => {
  test('starts each command once, in order, and the same token gets the same row', async () => {
    const owned = await fixture.adopted(incarnation);
    const first = await submit(owned);
    const second = await submit(owned);
    const [token, next] = [randomUUID(), randomUUID()];
    expect((await fixture.host.claimCommand(owned, token))?.id).toBe(first.id);
    expect((await fixture.host.claimCommand(owned, token))?.id).toBe(first.id);
    expect(await fixture.host.claimCommand(owned, randomUUID())).toBeNull();
    const finish = () => fixture.host.finishCommand(owned, token, ended, null, next, []);
    expect((await finish()).next?.id).toBe(second.id);
    expect((await finish()).next?.id).toBe(second.id);
  });

  test('by a host that does not own the session, or at an old epoch, is fenced', async () => {
    const owned = await fixture.adopted(incarnation);
    await submit(owned);
    for (const other of [
      { ...owned, incarnation: randomUUID() },
      { ...owned, epoch: owned.epoch - 1 },
    ]) {
      await expect(fixture.host.claimCommand(other, randomUUID())).rejects.toMatchObject({ detail: 'fenced' });
    }
  });

  test('past the lease starts nothing, and the command stays queued', async () => {
    const late = await fixture.register();
    const owned = await fixture.adopted(late);
    const { id } = await submit(owned);
    await fixture.query(`update limpet.hosts set lease_until = clock_timestamp() where incarnation = $1`, [late]);
    expect(await fixture.host.claimCommand(owned, randomUUID())).toBeNull();
    expect(await fixture.edge.readCommand(fixture.admin, id)).toMatchObject({ state: 'queued' });
  });
});

describe('a final state', () => {
  test('is never left', async () => {
    const owned = await fixture.adopted(incarnation);
    const { id } = await submit(owned);
    await fixture.edge.cancelCommand(fixture.admin, id);
    for (const state of ['queued', 'running', 'exited', 'lost']) {
      await expect(
        fixture.query('update limpet.commands set state = $2 where id = $1', [id, state]),
      ).rejects.toMatchObject({
        code: 'LP500',
      });
    }
  });

  test('is not left for the queue by what has started', async () => {
    const owned = await fixture.adopted(incarnation);
    const { id } = await submit(owned);
    await fixture.host.claimCommand(owned, randomUUID());
    await expect(
      fixture.query(`update limpet.commands set state = 'queued', attempt = null where id = $1`, [id]),
    ).rejects.toMatchObject({ code: 'LP500' });
  });
});

test('no wake-up is lost between 200 concurrent pairs of submit and finish', async () => {
  const sessions = await Promise.all(Array.from({ length: 10 }, () => fixture.adopted(incarnation)));
  for (let round = 0; round < 20; round += 1) {
    await Promise.all(
      sessions.map(async (owned) => {
        await submit(owned);
        const attempt = randomUUID();
        await fixture.host.claimCommand(owned, attempt);
        const hintsBefore = await jobs(owned.session);
        const [{ next }] = await Promise.all([
          fixture.host.finishCommand(owned, attempt, ended, null, randomUUID(), []),
          submit(owned),
        ]);
        // The second command was either handed over by the finish, or announced by its submit.
        if (next === null) {
          expect(await jobs(owned.session)).toBe(hintsBefore + 1);
          const claimed = await fixture.host.claimCommand(owned, randomUUID());
          await fixture.host.finishCommand(owned, claimed?.attempt ?? '', ended, null, null, []);
        } else await fixture.host.finishCommand(owned, next.attempt, ended, null, null, []);
      }),
    );
  }
});
