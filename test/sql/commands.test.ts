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
    {
      idempotency_key: key,
      body_hash: key === undefined ? undefined : Buffer.alloc(32, 1),
    },
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
        {
          idempotency_key: 'k',
          body_hash: Buffer.alloc(32, 2),
        },
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

describe('output', () => {
  const bytes = (text: string) => Buffer.from(text);
  const append = (attempt: string, offset: number, text: string, skip = 0) =>
    fixture.host.appendOutput(incarnation, [{ attempt, stream: 1, offset, skip, bytes: bytes(text) }]);

  test('is stored once where it is sent twice, and a gap is refused', async () => {
    const owned = await fixture.adopted(incarnation);
    const { id } = await submit(owned);
    const attempt = randomUUID();
    await fixture.host.claimCommand(owned, attempt);
    expect(await append(attempt, 0, 'one ')).toEqual({});
    expect(await append(attempt, 0, 'one ')).toEqual({});
    expect(await append(attempt, 5, 'two')).toEqual({ [attempt]: 'output_gap' });
    expect(await append(attempt, 4, 'two')).toEqual({});
    const pieces = await fixture.edge.readOutput(fixture.admin, id, 'stdout', 0, 100);
    expect(Buffer.concat(pieces.map((piece) => piece.data)).toString()).toBe('one two');
    await expect(
      fixture.host.finishCommand(owned, attempt, { ...ended, stdout_bytes: 9 }, null, null, []),
    ).rejects.toMatchObject({
      detail: 'output_gap',
    });
    expect(await fixture.edge.readCommand(fixture.admin, id)).toMatchObject({ state: 'running' });
  });

  test('is shown as far as the row counts it, whenever it is read', async () => {
    const owned = await fixture.adopted(incarnation);
    for (let round = 0; round < 30; round += 1) {
      const { id } = await submit(owned);
      const attempt = randomUUID();
      await fixture.host.claimCommand(owned, attempt);
      const rest = { stream: 1 as const, offset: 0, skip: 0, bytes: bytes('hello') };
      const finish = fixture.host.finishCommand(owned, attempt, { ...ended, stdout_bytes: 5 }, null, null, [rest]);
      const reads = Array.from({ length: 8 }, () => fixture.edge.readCommand(fixture.admin, id));
      for (const row of await Promise.all(reads)) {
        expect(Buffer.from(row.stdout_head, 'base64').length, row.state).toBe(row.stdout_bytes);
      }
      await finish;
    }
  });

  test('beyond the limit leaves an explicit hole between head and tail', async () => {
    const owned = await fixture.adopted(incarnation);
    const { id } = await submit(owned);
    const attempt = randomUUID();
    await fixture.host.claimCommand(owned, attempt);
    await append(attempt, 0, 'head');
    const tail = { stream: 1 as const, offset: 100, skip: 96, bytes: bytes('tail') };
    await fixture.host.finishCommand(owned, attempt, { ...ended, stdout_bytes: 104 }, null, null, [tail]);
    const row = await fixture.edge.readCommand(fixture.admin, id);
    expect(row).toMatchObject({ stdout_bytes: 104, dropped_bytes: 96 });
    expect([row.stdout_head, row.stdout_tail].map((text) => Buffer.from(text, 'base64').toString())).toEqual([
      'head',
      'tail',
    ]);
    expect(
      (await fixture.edge.readOutput(fixture.admin, id, 'stdout', 2, 100)).map((piece) => piece.start_offset),
    ).toEqual([2, 100]);
  });

  test('of its jobs is kept up to the limit and counted beyond it, and a repeated call counts once', async () => {
    const owned = await fixture.adopted(incarnation);
    const { id: command } = await submit(owned);
    const max = 8 * 1024 * 1024;
    const late = (offset: number | null, data: Uint8Array, dropped = 0) =>
      fixture.host.appendLateOutput(owned, { command, stream: 1, offset, data, dropped });
    expect(await late(0, Buffer.alloc(max - 4, 'x'))).toBe(true);
    for (const _again of [1, 2]) expect(await late(max - 4, Buffer.from('123'))).toBe(true);
    for (const _again of [1, 2]) expect(await late(max - 1, Buffer.from('45678'))).toBe(false);
    expect(await late(max + 4, Buffer.of(), 100)).toBe(false);
    expect(await late(null, Buffer.of(), 10)).toBe(false);
    const row = await fixture.edge.readCommand(fixture.admin, command);
    expect([row.late_bytes, row.late_dropped_bytes]).toEqual([max + 114, 114]);
    const { items } = await fixture.edge.listLateOutput(fixture.admin, owned.session, { limit: 10, bytes: 2 * max });
    expect(items.map(({ data }) => Buffer.from(data, 'base64').toString().slice(0, 4))).toEqual(['xxxx', '123', '4']);
  });

  test('of its jobs is not cut where it is sealed: what would cross the limit is left out, and all behind it', async () => {
    const owned = await fixture.adopted(incarnation);
    const { id: command } = await submit(owned);
    const max = 8 * 1024 * 1024;
    const late = (offset: number, data: Uint8Array) =>
      fixture.host.appendLateOutput(owned, { command, stream: 1, offset, data, dropped: 0, seal: Buffer.from('seal') });
    expect(await late(0, Buffer.alloc(max - 4, 'x'))).toBe(true);
    expect(await late(max - 4, Buffer.from('12345'))).toBe(false);
    expect(await late(max + 1, Buffer.from('6'))).toBe(false);
    const row = await fixture.edge.readCommand(fixture.admin, command);
    expect([row.late_bytes, row.late_dropped_bytes]).toEqual([max + 2, 6]);
  });

  test('of a command that was given up is refused', async () => {
    const owned = await fixture.adopted(incarnation);
    await submit(owned);
    const attempt = randomUUID();
    await fixture.host.claimCommand(owned, attempt);
    await fixture.host.releaseClaim(owned, attempt, 'never started');
    expect(await append(attempt, 0, 'late')).toEqual({ [attempt]: 'fenced' });
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
