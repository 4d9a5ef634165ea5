/** The two ways in which something leaves the record: a purged payload, and events that retention removes. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { adminCalls } from '../../sql/admin.ts';
import { systemChain } from '../../sql/contract.ts';
import type { Owned } from '../../sql/host.ts';
import { removeEvents } from '../../worker/audit/removal.ts';
import { verdictOf } from '../audit/verifying.ts';
import { type SqlFixture, sqlFixture } from './fixture.ts';
import { asOwner, checkpoint, exported, runCommand, signer, verifiedNow } from './recording.ts';

let fixture: SqlFixture;
let owned: Owned;
beforeEach(async () => {
  fixture = await sqlFixture();
  owned = await fixture.adopted(await fixture.register());
  for (const command of ['a', 'b']) await runCommand(fixture, owned, command);
});
afterEach(() => fixture.drop());

const purge = (from: number, to: number) =>
  adminCalls(fixture.query).purgePayloads(owned.session, from, to, 'operator', 'a secret');
const seqs = async () =>
  (
    await fixture.query('select seq::integer from limpet.events where session_id = $1 order by seq', [owned.session])
  ).map(({ seq }) => seq);

describe('purging', () => {
  test('drops payloads and salts, keeps their hashes, and is itself an event', async () => {
    expect(await purge(3, 4)).toBe(2);
    const lines = (await exported(fixture, owned.session)).map((line) => JSON.parse(line));
    expect(lines.filter(({ payload }) => payload === null)).toMatchObject([3, 4].map((seq) => ({ seq, salt: null })));
    const [told] = lines.filter(({ kind }) => kind === 'payload.purged');
    expect([told.actor, JSON.parse(told.payload)]).toEqual([
      'operator',
      { count: 2, from: 3, reason: 'a secret', to: 4 },
    ]);
    await checkpoint(fixture);
    expect(verdictOf(await verifiedNow(fixture, owned.session))).toEqual(['whole', 'whole', null]);
  });

  test('says nothing of what comes later, and purges nothing twice', async () => {
    expect(await purge(3, 1000)).toBe(6);
    expect(await purge(3, 1000), 'not even what says that something was purged').toBe(0);
    await runCommand(fixture, owned, 'c');
    const [later] = await fixture.query('select max(seq) as seq from limpet.events where session_id = $1', [
      owned.session,
    ]);
    await asOwner(fixture, [
      'update limpet.events set payload = null, salt = null where session_id = $1 and seq = $2',
      [owned.session, later?.seq],
    ]);
    await checkpoint(fixture);
    expect(verdictOf(await verifiedNow(fixture, owned.session))).toEqual(['whole', 'broken', Number(later?.seq)]);
  });

  test('works on the chain of the system as well', async () => {
    const calls = adminCalls(fixture.query);
    expect(await calls.purgePayloads(systemChain, 1, 1, 'operator', 'a name')).toBe(1);
    await checkpoint(fixture);
    expect((await verifiedNow(fixture, 'system')).verdict).toBe('whole');
  });

  test('is the only way: nothing else changes an event, not even within the same transaction', async () => {
    const setting = `select set_config('limpet.purging', '${owned.session}', false)`;
    for (const change of [
      `payload = '{}'`,
      `kind = 'x', payload = null, salt = null`,
      'seq = seq + 100, payload = null, salt = null',
    ]) {
      const statement = `${setting}; update limpet.events set ${change} where session_id = '${owned.session}'`;
      await expect(fixture.query(statement, []), change).rejects.toMatchObject({ code: 'LP500' });
    }
  });
});

describe('retention removes', () => {
  test('nothing that no signed checkpoint covers', async () => {
    expect(await removeEvents(fixture.host, signer, owned.session, 100)).toBe(0);
    await fixture.host.beginCheckpoint(randomUUID(), 1, 0);
    expect(await removeEvents(fixture.host, signer, owned.session, 100), 'it is not signed').toBe(0);
    expect(await seqs()).toHaveLength(8);
    const hash = Buffer.alloc(32);
    await expect(fixture.host.removeEvents(owned.session, 4, hash, 1, 'note')).rejects.toMatchObject({
      detail: 'not_covered',
    });
  });

  test('what one covers, and a tombstone stands in its place', async () => {
    const seen = await checkpoint(fixture);
    await runCommand(fixture, owned, 'c');
    await checkpoint(fixture);
    await runCommand(fixture, owned, 'd');
    expect(await removeEvents(fixture.host, signer, owned.session, 5)).toBe(5);
    expect(await seqs()).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14]);
    for (const session of [owned.session, null])
      expect(verdictOf(await verifiedNow(fixture, session, seen))).toEqual(['whole', 'whole', null]);
    expect(await removeEvents(fixture.host, signer, owned.session, 100), 'up to the newest checkpoint').toBe(6);
    await checkpoint(fixture);
    for (const session of [owned.session, null])
      expect(verdictOf(await verifiedNow(fixture, session, seen))).toEqual(['whole', 'whole', null]);
    const [told] = await fixture.query(
      `select payload::json from limpet.events where session_id = $1 and kind = 'events.removed' order by seq`,
      [systemChain],
    );
    expect(told).toMatchObject({ payload: { session_id: owned.session, seq: 5, count: 5 } });
  });

  test('a whole session, of which the tombstone stays', async () => {
    await checkpoint(fixture);
    expect(await removeEvents(fixture.host, signer, owned.session, 100)).toBe(8);
    await fixture.query('delete from limpet.commands where session_id = $1', [owned.session]);
    await fixture.query('delete from limpet.sessions where id = $1', [owned.session]);
    for (const session of [owned.session, null])
      expect(verdictOf(await verifiedNow(fixture, session))).toEqual(['whole', 'whole', null]);
  });

  test('nothing by a tombstone that was forged', async () => {
    await checkpoint(fixture);
    await removeEvents(fixture.host, signer, owned.session, 5);
    await fixture.query(`update limpet.tombstones set note = replace(note, 'events 5', 'events 6')`, []);
    expect(await verifiedNow(fixture, owned.session)).toMatchObject({ integrity: 'broken' });
    await fixture.query('delete from limpet.tombstones', []);
    expect(await verifiedNow(fixture, owned.session)).toMatchObject({ completeness: 'broken' });
  });
});
