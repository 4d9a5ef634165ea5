/** What retention removes of commands, and what it leaves. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { adminCalls } from '../../sql/admin.ts';
import { limits, systemChain } from '../../sql/contract.ts';
import type { Owned } from '../../sql/host.ts';
import { verdictOf } from '../audit/verifying.ts';
import { age, closed, minuteMs, ran, removedCommands } from './aging.ts';
import { type SqlFixture, sqlFixture } from './fixture.ts';
import { checkpoint, verifiedNow } from './recording.ts';

let fixture: SqlFixture;
let owned: Owned;
beforeEach(async () => {
  fixture = await sqlFixture();
  owned = await fixture.adopted(await fixture.register());
});
afterEach(() => fixture.drop());

const count = async (table: string) =>
  Number((await fixture.query(`select count(*)::integer as count from limpet.${table}`, []))[0]?.count);
const seqs = async (session = owned.session) =>
  (await fixture.query('select seq from limpet.commands where session_id = $1 order by seq', [session])).map(
    ({ seq }) => seq,
  );
const told = async (session: string, kind: string) =>
  (
    await fixture.query(
      'select payload::jsonb as payload, actor from limpet.events where session_id = $1 and kind = $2 order by seq',
      [session, kind],
    )
  ).map(({ payload, actor }) => ({ actor, ...(payload as object) }));

describe('commands', () => {
  test('go once they ended longer ago than is kept, with their output and what search has of them, and not before', async () => {
    await ran(fixture, owned, 'one', 'gone');
    await closed(fixture, owned);
    await fixture.host.indexSearch(100);
    await age(fixture, limits.keepMs - minuteMs);
    expect(await removedCommands(fixture)).toBe(0);
    await age(fixture, 2 * minuteMs);
    expect(await removedCommands(fixture)).toBe(1);
    for (const table of ['commands', 'output', 'search_texts', 'shell_states'])
      expect(await count(table), table).toBe(0);
  });

  test('that wait or run are left, however long ago they came; so is what they will need', async () => {
    for (const state of ['a', 'b', 'c']) await ran(fixture, owned, state);
    for (const command of ['running', 'queued'])
      await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command });
    await fixture.host.claimCommand(owned, randomUUID());
    await age(fixture);
    await fixture.query(`update limpet.commands set created_at = 'epoch'`, []);
    expect(await removedCommands(fixture)).toBe(2);
    expect(await seqs()).toEqual([3, 4, 5]);
    expect(await count('shell_states')).toBe(1);
  });

  test('of an open session the last that left a state stays, and what came after it: the next shell begins there', async () => {
    for (const state of ['a', 'b', null]) await ran(fixture, owned, state);
    await fixture.host.detachSession(owned, 'idle');
    await age(fixture);
    expect(await removedCommands(fixture)).toBe(1);
    expect(await seqs()).toEqual([2, 3]);
    const adopted = await fixture.host.adoptSession(owned.incarnation, owned.session);
    expect(adopted).toMatchObject({ cwd: '/tmp', exit_code: 0, state: Buffer.from('b').toString('base64') });
    const fork = await fixture.edge.forkSession(fixture.admin, owned.session, randomUUID(), {});
    expect(fork.forked_from).toEqual({ session_id: owned.session, seq: 3 });
    const early = fixture.edge.forkSession(fixture.admin, owned.session, randomUUID(), { after: 1 });
    await expect(early).rejects.toMatchObject({ detail: 'not_found' });
  });

  test('to which a fork or a replay refers stay as long as these do', async () => {
    for (const state of ['a', 'b', 'c', 'd']) await ran(fixture, owned, state);
    await fixture.edge.forkSession(fixture.admin, owned.session, randomUUID(), { after: 1 });
    const ids = { id: randomUUID(), session_id: randomUUID() };
    await fixture.edge.replaySession(fixture.admin, owned.session, ids, { from: 3, to: 3 });
    await closed(fixture, owned);
    await age(fixture);
    // The replay begins after command 2.
    expect(await removedCommands(fixture)).toBe(1);
    expect(await seqs()).toEqual([1, 2, 3]);
  });

  test('say so in their session, and the record holds', async () => {
    for (const state of ['a', 'b', 'c']) await ran(fixture, owned, state, '12345');
    await age(fixture);
    await removedCommands(fixture);
    expect(await told(owned.session, 'commands.removed')).toMatchObject([
      { actor: 'system', from: 1, to: 2, count: 2, bytes: 10 },
    ]);
    await checkpoint(fixture);
    for (const session of [owned.session, null])
      expect(verdictOf(await verifiedNow(fixture, session))).toEqual(['whole', 'whole', null]);
  });

  test('go in batches of so many and of so much output, each command once', async () => {
    for (let n = 0; n < 7; n += 1) await ran(fixture, owned, 'same', 'x'.repeat(10));
    await closed(fixture, owned);
    await age(fixture);
    const batch = async (cursor: string | null, limit: number, bytes: number) => {
      const sql = 'select limpet_host.remove_commands($1, $2, $3) as answer';
      return (await fixture.query(sql, [cursor, limit, bytes]))[0]?.answer as { commands: number; next: string };
    };
    const byNumber = await batch(null, 3, 1000);
    expect(byNumber.commands).toBe(3);
    const bySize = await batch(byNumber.next, 100, 11);
    expect(bySize.commands, 'the second crosses the bound').toBe(2);
    expect(await count('shell_states'), 'the rest refers to it').toBe(1);
    expect(await batch(bySize.next, 100, 1)).toMatchObject({ commands: 1 });
    expect(await removedCommands(fixture)).toBe(1);
    expect(await batch(null, 100, 1)).toEqual({ commands: 0, bytes: 0, next: null });
    expect(await count('shell_states')).toBe(0);
  });

  test('of a session that somebody holds are left for the next time, without waiting for it', async () => {
    await ran(fixture, owned);
    await closed(fixture, owned);
    await age(fixture);
    const holder = new pg.Client({ connectionString: fixture.url });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('select from limpet.sessions where id = $1 for no key update', [owned.session]);
      expect(await removedCommands(fixture)).toBe(0);
      await holder.query('rollback');
      expect(await removedCommands(fixture)).toBe(1);
    } finally {
      await holder.end();
    }
  });
});

describe('a shell state', () => {
  test('that several commands have left goes with the last of them', async () => {
    const other = await fixture.adopted(owned.incarnation);
    await ran(fixture, owned, 'shared');
    await closed(fixture, owned);
    await age(fixture);
    await ran(fixture, other, 'shared');
    expect(await removedCommands(fixture)).toBe(1);
    expect(await count('shell_states')).toBe(1);
    await closed(fixture, other);
    await age(fixture);
    expect(await removedCommands(fixture)).toBe(1);
    expect(await count('shell_states')).toBe(0);
  });

  test('that a command is about to leave again is not dropped beneath it', async () => {
    await ran(fixture, owned, 'again');
    const [row] = await fixture.query('select hash from limpet.shell_states', []);
    await closed(fixture, owned);
    await age(fixture);
    const holder = new pg.Client({ connectionString: fixture.url });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('select limpet.store_state($1, null, sha256($1))', [Buffer.from('again')]);
      expect(await removedCommands(fixture)).toBe(1);
      const left = await holder.query('select hash from limpet.shell_states');
      expect(left.rows).toEqual([row]);
      await holder.query('rollback');
    } finally {
      await holder.end();
    }
  });
});

describe('the setting', () => {
  const admin = () => adminCalls(fixture.query);
  const keepMs = async () => (await admin().retentionDue()).keep_ms;

  test('is ninety days, and is changed on the record', async () => {
    expect(await keepMs()).toBe(limits.keepMs);
    await admin().setRetention(limits.keepMsMin);
    expect(await keepMs()).toBe(limits.keepMsMin);
    expect(await told(systemChain, 'retention.changed')).toEqual([{ actor: 'operator', keep_ms: limits.keepMsMin }]);
  });

  test('is a day at least', async () => {
    await expect(admin().setRetention(limits.keepMsMin - 1)).rejects.toMatchObject({ detail: 'bad_request' });
    expect(await keepMs()).toBe(limits.keepMs);
  });

  test('may be for ever: then nothing goes', async () => {
    await admin().setRetention(0);
    await ran(fixture, owned, 'a');
    await closed(fixture, owned);
    await age(fixture, 1000 * limits.keepMs);
    expect(await admin().retentionDue()).toEqual({ keep_ms: 0, commands: 0, bytes: 0, sessions: 0 });
    expect(await removedCommands(fixture)).toBe(0);
    expect(await fixture.host.findRemovableSessions(null)).toEqual({ sessions: [], next: null });
  });

  test('can be tried: what would go is told, and stays', async () => {
    for (const state of ['a', 'b']) await ran(fixture, owned, state, 'four');
    const other = await fixture.adopted(owned.incarnation);
    await ran(fixture, other, 'c', 'four');
    await closed(fixture, other);
    await age(fixture, limits.keepMsMin + minuteMs);
    expect(await admin().retentionDue(limits.keepMsMin)).toMatchObject({ commands: 2, bytes: 8, sessions: 1 });
    expect(await admin().retentionDue()).toMatchObject({ keep_ms: limits.keepMs, commands: 0, bytes: 0, sessions: 0 });
    expect(await count('commands')).toBe(3);
    await admin().setRetention(limits.keepMsMin);
    expect(await removedCommands(fixture)).toBe(2);
  });
});
